/** Hands what the server put into the page to those who would ask for it. */
import { fieldsQuery, queries } from '../api';
import { foundQuery } from '../contacts/found';
import { meQuery } from '../session/me';
import { text } from '../text';
import { given } from './given';

/** Longer than any page takes to begin; what is older is asked for anew. */
const FRESH_MS = 15_000;

export function takeGiven(): void {
  const found = given();
  if (!found || performance.now() > FRESH_MS) return;
  const { me, language, fields, contacts } = found;
  queries.setQueryData(meQuery.queryKey, me);
  // Somebody may have chosen another language than their browser tells.
  if (fields && language === text.language) queries.setQueryData(fieldsQuery.queryKey, fields);
  if (contacts) queries.setQueryData(foundQuery({}).queryKey, { pages: [contacts], pageParams: [null] });
}
