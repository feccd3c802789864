/** What travels between the chat and the server. Every `seq` counts what the visitor may read. */

export interface Person {
  readonly name: string;
  readonly initials: string;
}

export interface SentFile {
  readonly id: string;
  readonly name: string;
  readonly media_type: string;
  readonly size: number;
  readonly width?: number | null;
  readonly height?: number | null;
}

export type From = 'contact' | 'team' | 'openbook';

export interface Message {
  readonly seq: number;
  readonly id: string;
  /** The sender's own name for it, of the visitor's messages. */
  readonly cid?: string | null;
  readonly from: From;
  readonly name?: string | null;
  readonly initials?: string | null;
  readonly kind: 'message' | 'event';
  readonly text: string;
  readonly event?: { readonly name: string; readonly lines?: readonly (readonly [string, string])[] } | null;
  readonly files: readonly SentFile[];
  /** UNIX seconds. */
  readonly created_at: number;
}

/** A conversation in the visitor's list. */
export interface Head {
  readonly id: string;
  readonly status: 'open' | 'closed';
  /** Of the latest message. */
  readonly seq: number;
  /** How far the visitor has read, how far it has arrived here, how far the team has read. */
  readonly read_seq: number;
  readonly received_seq: number;
  readonly team_read_seq: number;
  readonly unread: number;
  readonly preview: string;
  readonly last_at: number;
  readonly last_from: From;
  readonly with: Person | null;
}

export interface Question {
  readonly id: string;
  readonly label: string;
  readonly type: 'text' | 'email' | 'choice';
  readonly choices: readonly string[];
  readonly required: boolean;
}

/** What the operator decided, in one language; about nobody. */
export interface Settings {
  readonly enabled: boolean;
  readonly name: string;
  readonly colour: string;
  readonly ink: string;
  readonly position: 'right' | 'left';
  readonly greeting: string;
  readonly about: string;
  /** A path on the host. */
  readonly avatar: string | null;
  readonly open: boolean;
  /** UNIX seconds; nothing while it is open, and where it never opens. */
  readonly opens_at: number | null;
  readonly expected_reply: 'minutes' | 'hours' | 'day' | null;
  readonly team: readonly Person[];
  readonly ask: 'offline' | 'always' | 'never';
  readonly questions: readonly Question[];
  readonly files: { readonly enabled: boolean; readonly max_bytes: number; readonly types: readonly string[] };
  readonly policy_url: string;
  readonly language: string;
  readonly sound: boolean;
  readonly theme?: Theme;
}

export type Theme = 'auto' | 'light' | 'dark';

/** What the server says by itself. */
export type Frame =
  | { readonly t: 'hello'; readonly heads: readonly Head[] }
  | { readonly t: 'message'; readonly c: string; readonly m: Message; readonly h: Head }
  | { readonly t: 'head'; readonly c: string; readonly h: Head }
  | { readonly t: 'merged'; readonly c: string; readonly into: string; readonly h: Head }
  | { readonly t: 'typing'; readonly c: string; readonly name?: string | null }
  | { readonly t: 'over' }
  | { readonly t: 'ping' };
