/** The REST interface as typed calls, for a browser that is signed in by its cookie. */
import createClient, { type Middleware } from 'openapi-fetch';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];
export type Contact = Schemas['Contact'];
export type Field = Schemas['ShownField'];
export type Provenance = Schemas['Provenance'];

/** A refusal of the server: what happened and what to do, as it said so itself. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly retryAfter: number | null = null,
    /** What else the refusal names, such as the contact that has the identity already. */
    readonly more: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail);
    this.name = 'Problem';
  }
}

/** What a refusal of this code says to whoever reads it; `detail`: the server's own sentence. */
export type Say = (code: string, detail: string) => Promise<string>;

/** Each answer that is a refusal becomes an error that says so; nothing is read as data by mistake. */
const refusing = (say: Say): Middleware => ({
  async onResponse({ response }) {
    if (response.ok) return;
    const told = await response
      .clone()
      .json()
      .catch(() => ({}));
    const after = Number(response.headers.get('retry-after'));
    const code: string = told.code ?? 'unreadable';
    throw new Problem(
      response.status,
      code,
      await say(code, told.detail ?? `The server answered ${response.status} without saying why.`),
      Number.isFinite(after) && after > 0 ? after : null,
      told,
    );
  },
});

/** `base`: the address of the installation, empty for the one the page came from; `send`: what sends
 * a request, if it is not the browser's own `fetch`; `say`: in which words refusals are told, if not
 * in the server's. */
export function connect(base = '', send?: (request: Request) => Promise<Response>, say: Say = async (_, detail) => detail) {
  // A header that no foreign page can set without asking: the server takes changes only with it.
  const client = createClient<paths>({ baseUrl: base, headers: { 'X-Requested-With': 'openbook' }, fetch: send });
  client.use(refusing(say));
  return client;
}
