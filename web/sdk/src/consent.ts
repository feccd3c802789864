/** Whether anything may be stored and sent; asked each time, since another tab may have answered. */
import { config } from './config';
import { recall, remember } from './cookies';
import { asksForPrivacy } from './signal';

const ANSWER = 'ob_c';

export type Answer = 'granted' | 'denied';

export const answer = (): string | undefined => recall(ANSWER);

/** Without an answer: what the operator assumes, unless the browser's signal is to count as none. */
const assumed = (): boolean =>
  config.consent === 'assumed' && !(config.gpc === 'refuse' && asksForPrivacy());

export function allowed(): boolean {
  const given = answer();
  return given ? given === 'granted' : assumed();
}

export const keepAnswer = (given: Answer): void => remember(ANSWER, given);
