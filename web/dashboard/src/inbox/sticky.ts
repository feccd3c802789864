/** Where in a thread one is: at its end as long as nobody scrolled away, else where one reads. */
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { keptUnread, markRead } from './changing';
import { newer, older, type Thread, toNewest } from './thread';
import type { Conversation } from './types';

const NEAR_PX = 60;
const AHEAD_PX = 300;
/** So long somebody has to look at it: going by is not reading. */
const READ_MS = 400;

export function useSticky(conversation: Conversation, thread: Thread, pending: number) {
  const { id } = conversation;
  const { messages, hasOlder, hasNewer } = thread;
  const first = messages[0]?.seq;
  const last = messages.at(-1)?.seq ?? 0;
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const busy = useRef(false);
  const [isAway, setAway] = useState(false);
  const [readTo, setReadTo] = useState(conversation.read_seq);
  const firstNew = messages.find((one) => one.seq > readTo && one.from === 'contact')?.seq;
  // Where older ones are not loaded, nobody knows yet where the new ones begin.
  const unreadFrom = hasOlder && (first ?? 0) > readTo + 1 ? undefined : firstNew;
  const [leftAt, leave] = useState(last);
  const news = isAway ? messages.filter((one) => one.seq > leftAt && one.from === 'contact').length : 0;

  const toEnd = useCallback(() => {
    atEnd.current = true;
    const end = () => box.current?.scrollTo({ top: box.current.scrollHeight });
    if (hasNewer) void toNewest(id).then(() => requestAnimationFrame(end));
    else end();
  }, [id, hasNewer]);

  // First of all at what is new, else at the end.
  useLayoutEffect(() => {
    const line = content.current?.querySelector('[data-unread-line]');
    if (line && box.current) {
      box.current.scrollTop = Math.max(0, (line as HTMLElement).offsetTop - 80);
      atEnd.current = box.current.scrollHeight - box.current.scrollTop - box.current.clientHeight < NEAR_PX;
    } else if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, []);

  // What comes before keeps in place what is being read.
  const before = useRef({ first, height: 0 });
  useLayoutEffect(() => {
    const height = box.current?.scrollHeight ?? 0;
    const was = before.current;
    if (box.current && first !== undefined && was.first !== undefined && first < was.first) box.current.scrollTop += height - was.height;
    before.current = { first, height };
  });

  // At the end it stays there, whatever grows.
  useEffect(() => {
    const keep = new ResizeObserver(() => {
      if (atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
    });
    if (box.current) keep.observe(box.current);
    if (content.current) keep.observe(content.current);
    return () => keep.disconnect();
  }, []);
  const sent = useRef(pending);
  useLayoutEffect(() => {
    if (pending > sent.current) toEnd();
    sent.current = pending;
  }, [pending, toEnd]);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const follow = () => {
      const below = element.scrollHeight - element.scrollTop - element.clientHeight;
      atEnd.current = below < NEAR_PX;
      setAway(!atEnd.current);
      if (atEnd.current) leave(last);
      const more = hasOlder && element.scrollTop < AHEAD_PX ? older : hasNewer && below < AHEAD_PX ? newer : null;
      if (!more || busy.current) return;
      busy.current = true;
      void more(id)
        .catch(() => undefined) // asked again with the next step
        .finally(() => {
          busy.current = false;
        });
    };
    follow();
    element.addEventListener('scroll', follow, { passive: true });
    return () => element.removeEventListener('scroll', follow);
  }, [id, hasOlder, hasNewer, first, last]);

  // Read is what was on the screen, in a tab that somebody looks at.
  const calls = conversation.contact_seq > conversation.read_seq || conversation.mentioned || conversation.assigned;
  const isUnread = calls && (keptUnread.get(id) ?? -1) < conversation.contact_seq;
  const latest = useRef(conversation);
  latest.current = conversation;
  useEffect(() => {
    if (!isUnread || isAway || hasNewer) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      clearTimeout(timer);
      if (!document.hidden) timer = setTimeout(() => void markRead(latest.current, Math.max(last, latest.current.contact_seq)), READ_MS);
    };
    look();
    document.addEventListener('visibilitychange', look);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [id, isUnread, isAway, hasNewer, last]);
  // Marked as unread, it stays so until somebody comes back to it.
  useEffect(() => () => void keptUnread.delete(id), [id]);
  // Whoever looks elsewhere finds the line where they left.
  useEffect(() => {
    const hide = () => {
      if (document.hidden) setReadTo(Math.max(last, latest.current.read_seq));
    };
    document.addEventListener('visibilitychange', hide);
    return () => document.removeEventListener('visibilitychange', hide);
  }, [last]);

  return { box, content, unreadFrom, isAway, news, toEnd };
}
