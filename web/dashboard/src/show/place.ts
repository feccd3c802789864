/** Places in words. What was looked up from an address is near, not in. */
import type { Contact } from '../api';

/** "Milan, Italy"; empty where neither is known. */
export function place(contact: Pick<Contact, 'city' | 'country'>): string {
  return [contact.city, contact.country].filter(Boolean).join(', ');
}
