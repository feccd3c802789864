/** A file on its way to the next message: looked at, sent at once, shown meanwhile. */
import type { Acts, Chosen, Talking } from '../state';
import type { SentFile } from '../wire';
import { fill } from '../words';
import { size } from './size';
import { upload } from './uploading';

const MOST_FILES = 10;

let lastKey = 0;

export async function attach(acts: Acts, files: readonly File[]): Promise<void> {
  const talk = await acts.talk();
  files.forEach((file) => send(talk, file));
}

export function detach({ chat }: Talking, key: number): void {
  const { chosen } = chat.state;
  chosen.find((one) => one.key === key)?.stop.abort();
  chat.set({ chosen: chosen.filter((one) => one.key !== key) });
}

async function send(talk: Talking, file: File): Promise<void> {
  const { chat, session, base } = talk;
  const { words, settings, chosen } = chat.state;
  const { name } = file;
  const { enabled, max_bytes: most } = settings!.files;
  const say = (text: string): void =>
    chat.set({ trouble: fill(text, { name, size: size(words, most) }) });
  if (!enabled || chosen.length >= MOST_FILES) return;
  if (file.size > most) return say(words.tooLarge);
  const key = ++lastKey;
  const stop = new AbortController();
  const change = (to: Partial<Chosen>): void =>
    chat.set({
      chosen: chat.state.chosen.map((one) => (one.key === key ? { ...one, ...to } : one)),
    });
  chat.set({ chosen: [...chosen, { key, name, part: 0, stop }], trouble: undefined });
  try {
    const token = await session.ensure();
    const address = `${base}files?name=${encodeURIComponent(name)}`;
    const sent = await upload<SentFile>(address, token, file, (part) => change({ part }), stop.signal);
    change({ sent, part: 1 });
  } catch (error) {
    if (stop.signal.aborted) return;
    detach(talk, key);
    const status = (error as { status?: number })?.status;
    say(status === 413 ? words.tooLarge : status === 415 ? words.wrongKind : words.notSent);
  }
}
