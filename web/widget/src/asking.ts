/** Requests to the server: JSON in and out, and an error of its own for a server that says no. */

/** The server answered and said no. */
export class Refused extends Error {
  readonly status: number;
  /** Milliseconds after which it may be tried again. */
  readonly wait: number;
  /** What the server said about it: `code`, and what belongs to the code. */
  readonly said: { readonly code?: string; readonly merged_into?: string; readonly detail?: string };

  constructor(status: number, said: object, wait: number) {
    super();
    this.status = status;
    this.said = said;
    this.wait = wait;
  }
}

export interface Request {
  readonly method?: string;
  readonly token?: string | undefined;
  readonly body?: object;
  readonly signal?: AbortSignal;
  readonly keepalive?: boolean;
}

const TIMEOUT_MS = 20_000;

/** An error of the network's own comes through as it is. */
export async function ask(address: string, { token, body, ...more }: Request = {}): Promise<Response> {
  const headers: Record<string, string> = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body) headers['Content-Type'] = 'application/json';
  const answer = await fetch(address, {
    method: body ? 'POST' : 'GET',
    headers,
    body: body && JSON.stringify(body),
    credentials: 'omit',
    referrerPolicy: 'origin',
    signal: AbortSignal.timeout?.(TIMEOUT_MS),
    ...more,
  });
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => ({}));
  throw new Refused(answer.status, said, +(answer.headers.get('retry-after') || 0) * 1000);
}
