/** All conversations with one contact, kept true while they are looked at. */
import { useEffect } from 'react';
import { queries } from '../api';
import { later } from '../live/later';
import type { Asked } from './calls';
import { onHeads } from './line';
import { listKey, useList } from './reading';

const EVERY_MS = 1_000;

export function useWithContact(contactId: string) {
  const asked: Asked = { view: 'all', contact: contactId };
  useEffect(() => {
    const renew = later(EVERY_MS, () => queries.invalidateQueries({ queryKey: listKey({ view: 'all', contact: contactId }) }));
    return onHeads((heads) => {
      if (heads.some((one) => one.contact.id === contactId)) renew();
    });
  }, [contactId]);
  return useList(asked);
}
