/** Who is talking: a token minted by the server on the first need, kept where consent allows. */
import { randomId } from '../../sdk/src/identity';
import { ask, Refused } from './asking';
import type { Given } from './given';
import type { Born, Keeping } from './keeping';

interface Minted {
  readonly token?: string | null;
  readonly expires_at: number;
  readonly contact: { readonly email_known: boolean };
}

/** A token older than this is exchanged for a new one. */
const DAY_S = 86_400;
/** How long a first message waits for the proof that the first page view brings. */
const PROOF_STEPS = 20;
const STEP_MS = 100;

const now = (): number => Date.now() / 1000;

/** One tab at a time, where the browser can tell them apart. */
const alone = <T>(act: () => Promise<T>): Promise<T> =>
  navigator.locks ? (navigator.locks.request('ob_h', act) as Promise<T>) : act();

/** The user id inside a signed token. Not believed, only compared: the server checks it. */
export function subjectOf(jwt: string): string | undefined {
  try {
    return JSON.parse(atob(jwt.split('.')[1]!.replace(/-/g, '+').replace(/_/g, '/'))).sub;
  } catch {
    return undefined;
  }
}

export class Session {
  /** In memory for the page's life; where it may be kept, what other tabs wrote comes first. */
  token: string | undefined;
  emailKnown = false;
  #born: Born | undefined;
  #signed: string | undefined;
  #minting: Promise<void> | undefined;
  readonly #given: Given;
  readonly #base: string;
  readonly #keeping: Keeping;
  readonly #locale: () => string;

  constructor(given: Given, base: string, keeping: Keeping, locale: () => string) {
    this.#given = given;
    this.#base = base;
    this.#keeping = keeping;
    this.#locale = locale;
    this.adopt();
  }

  /** Takes what this or another tab has kept; false when that is another session than ours. */
  adopt(): boolean {
    const before = this.#born?.n;
    const token = this.#given.allowed() ? this.#keeping.token : undefined;
    const born = this.#keeping.born;
    if (!token || !born || born.until < now()) return !before;
    this.token = token;
    this.#born = born;
    return !before || before === born.n;
  }

  get #isOld(): boolean {
    const born = this.#born;
    return !this.token || !born || !!this.#signed || now() - born.at > DAY_S || born.until < now();
  }

  /** The token, minted if there is none and renewed if it is old. */
  async ensure(): Promise<string> {
    if (this.#isOld) {
      this.#minting ||= alone(async () => {
        if (!this.#signed) this.adopt(); // another tab may have been faster
        if (this.#isOld) await this.#mint();
      }).finally(() => {
        this.#minting = undefined;
      });
      await this.#minting;
    }
    return this.token!;
  }

  async #mint(): Promise<void> {
    const { allowed, recall } = this.#given;
    const lasting = allowed();
    // Without an id there is no page view that would bring a proof.
    const lacks = (): boolean => lasting && !this.token && !!recall('ob_a') && !recall('ob_p');
    for (let step = 0; lacks() && step < PROOF_STEPS; step++)
      await new Promise((done) => setTimeout(done, STEP_MS));
    const jwt = this.#signed;
    const before = this.#born;
    const body = {
      anonymous_id: lasting ? recall('ob_a') : undefined,
      proof: lasting ? recall('ob_p') : undefined,
      token: jwt,
      lasting,
      locale: this.#locale(),
    };
    const answer = await ask(`${this.#base}session`, { token: this.token, body });
    const minted: Minted = await answer.json();
    this.emailKnown = minted.contact.email_known;
    if (this.#signed === jwt) this.#signed = undefined;
    this.token = minted.token || this.token;
    this.#born = {
      n: before?.n || randomId(),
      at: now(),
      until: minted.expires_at,
      who: jwt ? subjectOf(jwt) : before?.who,
    };
    if (lasting) this.#keeping.keepSession(this.token!, this.#born);
  }

  /** A signed identify: the next need of a session uses it. True when it is another person's. */
  sign(jwt: string): boolean {
    this.#signed = jwt;
    const isOther = !!this.#born?.who && this.#born.who !== subjectOf(jwt);
    // The old token goes along once more, so that the server ends what it opened.
    if (isOther) this.#born = undefined;
    return isOther;
  }

  /** It may be kept from now on: the server is told with the next need. */
  outlive(): void {
    if (this.#born) this.#born = { ...this.#born, at: 0 };
  }

  /** Ends it at the server, and here whatever the server says. */
  end(): void {
    const { token } = this;
    this.drop();
    if (token)
      ask(`${this.#base}logout`, { method: 'POST', token, keepalive: true }).catch(() => {});
  }

  /** Forgets it here. */
  drop(): void {
    this.token = this.#born = this.#signed = undefined;
    this.emailKnown = false;
  }
}

/** Would the same request be answered otherwise later? */
export const isPassing = (error: unknown): boolean =>
  !(error instanceof Refused) || /^(408|425|429|5..)$/.test(`${error.status}`);
