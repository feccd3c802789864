/**
 * News from the server: a WebSocket, or asking again and again where sockets are blocked. It only
 * says that something is new; what was missed is found by the numbers of the messages.
 */
import type { Refused } from './asking';
import type * as Polling from './polling';
import type { Frame } from './wire';

export interface Ear {
  hear(frame: Frame): void;
  /** Is the server within reach? */
  line(isUp: boolean): void;
  /** The server does not know the token any more. */
  over(): void;
  /** Is there no need of a line just now? */
  rests(): boolean;
  /** What asks again and again is fetched where sockets are blocked. */
  fetchPolling(): Promise<typeof Polling>;
}

/** The server says something every 25 seconds. */
const SILENCE_MS = 60_000;
const GREETING_MS = 8_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** So many sockets in a row that never said hello are taken for blocked ones. */
const BLOCKED = 2;
/** After so long, one is tried again. */
const SOCKET_AGAIN_MS = 300_000;

export class Live {
  #socket: WebSocket | undefined;
  #polling: AbortController | undefined;
  #isOn = false;
  #failures = 0;
  #blocked = 0;
  #blockedAt = 0;
  #heardAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #base: string;
  readonly #token: () => Promise<string>;
  readonly #ear: Ear;

  constructor(base: string, token: () => Promise<string>, ear: Ear) {
    this.#base = base;
    this.#token = token;
    this.#ear = ear;
  }

  start(): void {
    if (this.#isOn) return;
    this.#isOn = true;
    this.#connect();
  }

  stop(): void {
    this.#isOn = false;
    this.#close();
  }

  /** Closes the line where there is no need of one; whether it did. It comes back when there is. */
  rest(): boolean {
    const isResting = this.#isOn && this.#ear.rests();
    if (isResting) this.#close();
    return isResting;
  }

  /** The network is back, the page is looked at again, the token is another: not later, now. */
  wake(isNew?: boolean): void {
    const isDeaf = Date.now() - this.#heardAt > SILENCE_MS / 2;
    if (!this.#isOn || this.rest() || (!isNew && !isDeaf && (this.#socket || this.#polling))) return;
    this.#failures = 0;
    this.#close();
    this.#connect();
  }

  /** True if it is on its way; a socket that is not open takes nothing. */
  say(frame: object): boolean {
    if (this.#socket?.readyState !== 1) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#polling?.abort();
    const socket = this.#socket;
    this.#socket = this.#polling = undefined;
    socket?.close();
  }

  #retry(error?: unknown): void {
    this.#close();
    if (!this.#isOn) return;
    // Not by its class: the one of another script is another class.
    const { status, wait = 0 } = (error || {}) as Partial<Refused>;
    if (status === 401) return this.#ear.over();
    this.#ear.line(false);
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures++);
    this.#timer = setTimeout(() => this.#connect(), wait + longest * (0.5 + Math.random() / 2));
  }

  #heard(frames: readonly Frame[]): void {
    this.#heardAt = Date.now();
    this.#failures = 0;
    this.#ear.line(true);
    for (const frame of frames) {
      if (frame.t === 'ping') this.say({ t: 'pong' });
      else if (this.#isOn) this.#ear.hear(frame);
    }
  }

  async #connect(): Promise<void> {
    if (this.rest()) return;
    if (Date.now() - this.#blockedAt > SOCKET_AGAIN_MS && this.#blocked >= BLOCKED)
      this.#blocked = BLOCKED - 1;
    if (this.#blocked >= BLOCKED) return this.#poll();
    let socket: WebSocket | undefined;
    let isGreeted = false;
    const lost = (): void => {
      if (this.#socket !== socket) return;
      // A socket that never said hello may be one that a proxy lets nobody open.
      const isBlocked = !isGreeted && navigator.onLine && ++this.#blocked >= BLOCKED;
      if (!isBlocked) return this.#retry();
      this.#blockedAt = Date.now();
      this.#close();
      this.#connect();
    };
    try {
      const token = await this.#token();
      if (!this.#isOn || this.#socket || this.rest()) return;
      try {
        const address = `${this.#base.replace('http', 'ws')}socket`;
        socket = this.#socket = new WebSocket(address, ['openbook.chat.1', token]);
      } catch {
        return lost(); // the page's own policy forbids sockets
      }
    } catch (error) {
      return this.#retry(error);
    }
    const listen = (ms: number): void => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(lost, ms);
    };
    listen(GREETING_MS);
    socket.onerror = socket.onclose = lost;
    socket.onmessage = ({ data }) => {
      if (this.#socket !== socket) return;
      const frame: Frame = JSON.parse(data);
      listen(SILENCE_MS);
      if (frame.t === 'hello') {
        isGreeted = true;
        this.#blocked = 0;
      }
      this.#heard([frame]);
    };
  }

  async #poll(): Promise<void> {
    const polling = (this.#polling = new AbortController());
    const heard = (frames: readonly Frame[]): void => {
      if (this.#polling === polling) this.#heard(frames);
    };
    try {
      const { poll } = await this.#ear.fetchPolling();
      const until = this.#blockedAt + SOCKET_AGAIN_MS;
      await poll({ base: this.#base, polling, token: this.#token, heard, until });
      this.wake(true);
    } catch (error) {
      if (this.#polling === polling) this.#retry(error);
    }
  }
}
