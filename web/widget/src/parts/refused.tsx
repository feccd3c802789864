/** What can be done with a message that the server refused. */
import { h } from 'preact';
import { isFresh, type Outgoing, refuse } from '../outbox';
import type { Shown } from '../state';

export function Refused({ state: { words }, acts, of: { cid } }: Shown & { of: Outgoing }) {
  const retry = async (): Promise<void> => {
    const talk = await acts.talk();
    acts.set({ outbox: refuse(talk.chat.state.outbox, cid, false) });
    talk.wake();
  };
  const discard = async (): Promise<void> => {
    const talk = await acts.talk();
    talk.confirmed(new Set([cid]));
    const { c, outbox } = talk.chat.state;
    if (isFresh(c) && !outbox.some((one) => one.c === c)) acts.set({ c: null });
  };
  return (
    <span>
      <button type="button" class="link" onClick={retry}>
        {words.retry}
      </button>
      <button type="button" class="link" onClick={discard}>
        {words.discard}
      </button>
    </span>
  );
}
