/** What happened in a conversation, in words. */
import type { TFunction } from 'i18next';
import { exact } from '../show/time';
import type { Tag } from '../tags/query';
import type { Message, Person } from './types';

const KNOWN = new Set(['assigned', 'unassigned', 'closed', 'reopened', 'snoozed', 'woken', 'tagged', 'untagged', 'merged', 'spam', 'no_spam', 'opened', 'answers']);

/** What was asked before the first message, with what the visitor answered. */
function answersOf(event: Message['event']): [string, string][] {
  const lines = event?.lines;
  return Array.isArray(lines) ? lines.filter((line): line is [string, string] => Array.isArray(line) && line.length === 2).map(([label, answer]) => [String(label), String(answer)]) : [];
}

interface Names {
  readonly team: readonly Person[];
  readonly tags: readonly Tag[];
  readonly me: string;
  readonly contact: string;
}

export function eventWords({ event, by, from }: Message, { team, tags, me, contact }: Names, t: TFunction, language: string): string {
  const name = String(event?.name ?? '');
  const said = (id: unknown, of: readonly { id: string; name: string | null }[]) => of.find((one) => one.id === id)?.name ?? t('inbox.somebody');
  const who = name === 'opened' || name === 'answers' ? contact : by ? (by.id === me ? t('inbox.you') : (by.name ?? t('inbox.program'))) : from === 'contact' ? contact : 'openbook';
  if (!KNOWN.has(name)) return t('inbox.event.other', { who, name });
  if (name === 'opened' && !event?.page) return t('inbox.event.openedPlain', { who });
  const isSelf = name === 'assigned' && event?.user_id === by?.id;
  return t(`inbox.event.${isSelf ? 'took' : name}`, {
    who,
    whom: event?.user_id === me ? t('inbox.youObject') : said(event?.user_id, team),
    tag: said(event?.tag_id, tags),
    page: typeof event?.page === 'string' ? event.page : '',
    lines: answersOf(event).map(([label, answer]) => `${label}: ${answer}`).join('\n'),
    until: typeof event?.until === 'number' ? exact(event.until, language) : '',
  });
}
