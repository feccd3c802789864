/** Whether something was begun in a conversation and not sent. */
import { kept } from './drafts';

export const draftMark = (person: string, conversation: string): boolean => kept(person, conversation) !== null;
