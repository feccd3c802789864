/** A conversation as a text to take along. */
import { transcriptAt } from './calls';

async function text(id: string, format: 'text' | 'html'): Promise<string> {
  const answer = await fetch(transcriptAt(id, format));
  if (!answer.ok) throw new Error(((await answer.json().catch(() => null)) as { detail?: string } | null)?.detail ?? `${answer.status}`);
  return answer.text();
}

export async function copyTranscript(id: string, onDone: () => void, onRefused: (error: unknown) => void): Promise<void> {
  try {
    await navigator.clipboard.writeText(await text(id, 'text'));
    onDone();
  } catch (error) {
    onRefused(error);
  }
}

/** A page made for paper, in a tab of its own, with the browser's own dialog. It has no scripts. */
export function printTranscript(id: string): void {
  const page = window.open(transcriptAt(id, 'html'), '_blank');
  page?.addEventListener('load', () => page.print(), { once: true });
}
