/** The bytes of a file of a message, or of a picture of ours by its address. */
import type { Acts } from '../state';
import type { SentFile } from '../wire';

export async function fetchFile(acts: Acts, of: SentFile | string): Promise<Blob> {
  const isAddress = typeof of === 'string';
  const answer = isAddress
    ? await fetch(of, { credentials: 'omit', referrerPolicy: 'origin' })
    : await (await acts.talk()).ask(`files/${of.id}`);
  // What is no picture is found out by drawing it.
  return answer.blob();
}
