/** Says that something is unread where the person looks: in the page's title, and on the desktop if asked for. */
import { queries } from '../api';
import { text } from '../text';
import { COUNTS, INBOX, oneKey, onHeads } from './line';
import { NOTIFY } from './preferences';
import { lookedAt } from './looking';
import type { Conversation, Counts } from './types';

/** What is unread and calls for me: mine, and what is nobody's. */
export const callsOn = (counts: Counts | undefined): number => (counts?.mine.unread ?? 0) + (counts?.unassigned.unread ?? 0);

const MARK = /^\(\d+\) /;
const RECENT_SECONDS = 60;
/** Of a conversation that was not heard of before: told because of a message, not because it is mine now. */
const JUST_SAID_SECONDS = 5;

/** `go`: what opens a conversation, or without one what opens a view. What is returned ends it. */
export function begin(me: string, go: (id: string | null, view: 'mentions' | 'mine') => void): () => void {
  const title = document.querySelector('title');
  const mark = () => {
    const count = callsOn(queries.getQueryData<Counts>(COUNTS));
    const bare = document.title.replace(MARK, '');
    const wanted = count ? `(${count}) ${bare}` : bare;
    if (document.title !== wanted) document.title = wanted;
  };
  // Each screen names itself: the number is put in front of whatever it says.
  const watch = new MutationObserver(mark);
  if (title) watch.observe(title, { childList: true });
  let before: Counts | null = null;
  // Which it may be that was assigned just now: it was another's or nobody's before.
  let handed: Conversation | null = null;
  const end = queries.getQueryCache().subscribe(({ query }) => {
    if (query.queryKey[0] !== COUNTS[0] || query.queryKey[1] !== COUNTS[1]) return;
    mark();
    const now = queries.getQueryData<Counts>(COUNTS);
    if (!now || now === before) return;
    if (before && now.mentions.unread > before.mentions.unread) void notify(text.t('inbox.notifiedMention'), '', null, now.mentions.unread, 'mentions');
    if (before && now.assigned.all > before.assigned.all) {
      void notify(handed ? text.t('inbox.notifiedAssigned', { name: handed.contact.display_name }) : text.t('inbox.notifiedAssignedOne'), handed?.preview ?? '', handed?.id ?? null, handed?.last_seq ?? now.assigned.all, 'mine');
      // Only the server knows who did it: lists get their mark from there.
      void queries.invalidateQueries({ queryKey: [INBOX, 'list'] });
      if (handed) void queries.invalidateQueries({ queryKey: oneKey(handed.id) });
      handed = null;
    }
    before = now;
  });
  mark();

  const told = new Map<string, number>();
  const endHeads = onHeads((heads, isOwn, were) => {
    for (const [index, one] of heads.entries()) {
      const was = were[index];
      const isNew = was ? was.assignee?.id !== me : Date.now() / 1000 - one.last_at > JUST_SAID_SECONDS;
      if (!isOwn && one.assignee?.id === me && isNew) handed = one;
      if (!isCalling(one, me) || (told.get(one.id) ?? 0) >= one.contact_seq) continue;
      told.set(one.id, one.contact_seq);
      void notify(text.t('inbox.notified', { name: one.contact.display_name }), one.preview, one.id, one.contact_seq, 'mine');
    }
  });
  async function notify(title: string, body: string, id: string | null, which: number, view: 'mentions' | 'mine'): Promise<void> {
    if (localStorage.getItem(`openbook.${NOTIFY}`) !== 'true' || !('Notification' in window) || Notification.permission !== 'granted') return;
    if (await lookedAt()) return;
    // Of several tabs each says so: under the same tag the desktop shows it once.
    const shown = new Notification(title, { body, tag: `openbook ${id ?? view} ${which}` });
    shown.onclick = () => {
      window.focus();
      go(id, view);
      shown.close();
    };
  }
  return () => {
    watch.disconnect();
    end();
    endHeads();
    document.title = document.title.replace(MARK, '');
  };
}

const isCalling = (one: Conversation, me: string): boolean =>
  one.unread && !one.spam && one.status === 'open' && one.last_from === 'contact' && (one.assignee === null || one.assignee.id === me) && Date.now() / 1000 - one.last_at < RECENT_SECONDS;
