/** Who this browser is to the workspace: a random id, the customer's user id, the device's proof. */
import { cookie, forget, recall, remember } from './cookies';
import { read } from './storage';

const ANONYMOUS = 'ob_a';
const USER = 'ob_u';
const PROOF = 'ob_p';

/** 128 random bits; `crypto.randomUUID` does not exist on pages without TLS. */
export const randomId = (): string =>
  [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join('');

/** The id that a Segment library left here, so that a change of library keeps the visitor. */
function inherited(): string {
  const name = 'ajs_anonymous_id';
  return (cookie(name) || read(name) || '').replace(/"/g, '');
}

/** Made on first need, so nothing is stored before something may be sent. */
export function anonymousId(): string {
  const known = recall(ANONYMOUS);
  if (known) return known;
  const id = inherited() || randomId();
  remember(ANONYMOUS, id);
  return id;
}

export const userId = (): string | undefined => recall(USER);

export const keepUserId = (id: string): void => remember(USER, id);

/** How the text of a message with a token begins: see `send`. */
const SIGNED = '{"context":{"token"';

/** A signed message is better sent after the answer that brings the proof. */
export const lacksProof = (message: string): boolean =>
  message.startsWith(SIGNED) && !recall(PROOF);

/** Put in when it is sent, since the proof may have come after the message was made. */
export function prove(message: string): string {
  const secret = recall(PROOF);
  return secret && message.startsWith(SIGNED) && message.includes(recall(ANONYMOUS)!)
    ? message.replace('"t', `"proof":"${secret}","t`)
    : message;
}

/** A proof belongs to the device that the messages were of; it may have been reset meanwhile.
 * `firstProof` is worth something only where there is none: the server did not look yet. */
export function keepProof(
  { proof, firstProof }: { proof?: string; firstProof?: string },
  messages: readonly string[],
): void {
  const id = recall(ANONYMOUS);
  const secret = proof || recall(PROOF) || firstProof;
  if (secret && id && messages.every((message) => message.includes(id))) remember(PROOF, secret);
}

export const forgetIdentity = (): void => [ANONYMOUS, USER, PROOF].forEach(forget);

/** The next person on this browser. The new id is set at once: other subdomains see it change. */
export function changeIdentity(): void {
  forgetIdentity();
  remember(ANONYMOUS, randomId());
}
