/** What is done to a conversation: shown at once, taken back where the server refuses, undone by a click. */
import { queries } from '../api';
import { refused, undoable } from '../show/toast';
import { text } from '../text';
import * as calls from './calls';
import { INBOX, known, learn, recount } from './line';
import type { Change, Conversation, Person } from './types';

/** How the conversation looks once the change is made. */
function changed(one: Conversation, wanted: Change, team: readonly Person[]): Conversation {
  const { assignee_id, ...rest } = wanted;
  const assignee = assignee_id === undefined ? one.assignee : (team.find(({ id }) => id === assignee_id) ?? null);
  const snoozed_until = rest.status && rest.status !== 'snoozed' ? null : (rest.snoozed_until ?? one.snoozed_until);
  return { ...one, ...rest, snoozed_until, assignee };
}

/** What would bring the conversation back to how it is. */
function back(one: Conversation, wanted: Change): Change {
  const { status } = one;
  return {
    ...(wanted.status ? { status, ...(status === 'snoozed' ? { snoozed_until: one.snoozed_until } : {}) } : {}),
    ...(wanted.assignee_id !== undefined ? { assignee_id: one.assignee?.id ?? null } : {}),
    ...(wanted.tags ? { tags: one.tags } : {}),
  };
}

async function put(one: Conversation, wanted: Change, team: readonly Person[]): Promise<void> {
  const before = known(one.id) ?? one;
  learn([changed(before, wanted, team)], true);
  try {
    learn([await calls.change(one.id, wanted)], true);
  } catch (error) {
    learn([before], true);
    throw error;
  } finally {
    recount();
  }
}

/** `said`: what the note about it says; none is shown where nothing could go wrong unseen. */
export async function change(one: Conversation, wanted: Change, team: readonly Person[], said: string | null): Promise<void> {
  const undo = back(one, wanted);
  try {
    await put(one, wanted, team);
  } catch (error) {
    refused(text.t('inbox.notChanged'), error);
    return;
  }
  if (said) undoable(said, () => put(known(one.id) ?? one, undo, team));
}

/** Mark the contact as spam, or take it back: all of their conversations go along. */
export async function markSpam(one: Conversation, isSpam: boolean): Promise<void> {
  const put = async (to: boolean) => {
    const before = known(one.id) ?? one;
    learn([{ ...before, spam: to }], true);
    try {
      await calls.spam(one.id, to);
    } catch (error) {
      learn([before], true);
      throw error;
    }
    await queries.invalidateQueries({ queryKey: [INBOX] });
    await queries.invalidateQueries({ queryKey: ['contact', one.contact.id] });
  };
  try {
    await put(isSpam);
  } catch (error) {
    refused(text.t('inbox.notChanged'), error);
    return;
  }
  undoable(text.t(isSpam ? 'inbox.spam.done' : 'inbox.spam.undone', { name: one.contact.display_name }), () => put(!isSpam));
}

/** Conversation -> up to which message it stays unread although it is in front. */
export const keptUnread = new Map<string, number>();

export async function markUnread(one: Conversation): Promise<void> {
  keptUnread.set(one.id, one.contact_seq);
  learn([{ ...(known(one.id) ?? one), unread: true }]);
  await calls.unread(one.id).catch((error: unknown) => refused(text.t('inbox.notChanged'), error));
  recount();
}

/** Tell that it is read up to `seq`. Nobody is bothered if that fails: it is told again with the next. */
export async function markRead(one: Conversation, seq: number): Promise<void> {
  learn([{ ...(known(one.id) ?? one), unread: false, mentioned: one.mentioned, assigned: one.assigned, read_seq: seq }]);
  await calls.read(one.id, seq).then(recount, () => undefined);
}
