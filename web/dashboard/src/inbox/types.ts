/** What the team's interface of the chat answers, by the names that the inbox has for it. */
import type { Schemas } from '../../../client/src';

/** An API token has no name. */
export type Person = Schemas['Teammate'];
export type Brief = Schemas['ContactBrief'];
export type Conversation = Schemas['Conversation'];
export type Message = Schemas['InboxMessage'];
export type Attached = Message['files'][number];
export type Counts = Schemas['InboxCounts'];
export type Canned = Schemas['CannedReply'];
export type Visitor = Schemas['LiveVisitor'];
export type Change = Schemas['ConversationChange'];
export type ListPage = Schemas['ConversationPage'];
export type ThreadPage = Schemas['InboxThread'];
export type Kind = 'message' | 'note';

export const VIEWS = ['open', 'mine', 'unassigned', 'mentions', 'snoozed', 'closed', 'spam'] as const;
export type View = (typeof VIEWS)[number];
