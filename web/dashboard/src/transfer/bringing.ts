/** Send a file and hear how far it is, line by line. */
import type { Schemas } from '../../../client/src';
import { api, body, Problem } from '../api';
import { said } from '../refusals/said';

export type Report = Schemas['Report'];
export type RejectedRow = Schemas['RejectedRow'];

export interface Far {
  readonly report: Report;
  /** Bytes. */
  readonly read: number;
  readonly size: number;
  readonly done: boolean;
}

interface Bringing {
  readonly file: File;
  readonly format: 'csv' | 'ndjson';
  /** What each column is, '' for one that is left out; null for a file that says so itself. */
  readonly columns: readonly string[] | null;
  readonly isTrial: boolean;
  readonly signal: AbortSignal;
  readonly onFar: (far: Far) => void;
}

/** The whole report. Rejects with the server's reason, and with an AbortError when it was stopped. */
export async function bring({ file, format, columns, isTrial, signal, onFar }: Bringing): Promise<Report> {
  const query = { dry_run: isTrial, format, ...(columns ? { columns: columns.join(',') } : {}) };
  const stream = (await body(
    api.POST('/api/contacts/import/steps', {
      params: { query },
      headers: { 'Content-Type': format === 'csv' ? 'text/csv' : 'application/x-ndjson' },
      body: file as never,
      bodySerializer: (sent: unknown) => sent as BodyInit,
      parseAs: 'stream',
      signal,
    }),
  )) as unknown as ReadableStream<Uint8Array>;
  for await (const line of lines(stream)) {
    const told = JSON.parse(line) as Far | { problem: { status: number; code: string; detail: string } };
    if ('problem' in told) {
      const { status, code, detail } = told.problem;
      throw new Problem(status, code, await said(code, detail));
    }
    onFar(told);
    if (told.done) return told.report;
  }
  throw new Problem(0, 'broken_off', '');
}

async function* lines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = stream.pipeThrough(new TextDecoderStream() as never).getReader() as ReadableStreamDefaultReader<string>;
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    const parts = (rest + (value ?? '')).split('\n');
    rest = parts.pop() ?? '';
    yield* parts.filter(Boolean);
    if (done) break;
  }
  if (rest) yield rest;
}
