/** What the inbox asks of the server, each question once. */
import { api, body } from '../api';
import type { Change, Kind, View } from './types';

export interface Asked {
  readonly view?: View | 'all';
  readonly contact?: string;
  readonly tag?: string;
  readonly assignee?: string;
  readonly q?: string;
}

export const PAGE = 50;
const ONE = '/api/conversations/{conversation_id}';
const CANNED = '/api/canned-replies/{reply_id}';
const of = (conversation_id: string) => ({ path: { conversation_id } });

export const list = (asked: Asked, cursor: string | null, signal?: AbortSignal) =>
  body(api.GET('/api/conversations', { params: { query: { ...asked, limit: PAGE, ...(cursor ? { cursor } : {}) } }, signal }));
export const counts = () => body(api.GET('/api/conversations/counts'));
export const one = (id: string) => body(api.GET(ONE, { params: of(id) }));
export const messages = (id: string, query: { after?: number; before?: number }, signal?: AbortSignal) =>
  body(api.GET(`${ONE}/messages`, { params: { ...of(id), query: { ...query, limit: PAGE } }, signal }));
export const start = async (contact_id: string, cid: string, text: string) => (await body(api.POST('/api/conversations', { body: { contact_id, cid, text } }))).conversation;
export const change = (id: string, wanted: Change) => body(api.PATCH(ONE, { params: of(id), body: wanted }));
export const read = (id: string, seq: number) => body(api.POST(`${ONE}/read`, { params: of(id), body: { seq } }));
export const unread = (id: string) => body(api.POST(`${ONE}/unread`, { params: of(id) }));
export const merge = (id: string, other_id: string) => body(api.POST(`${ONE}/merge`, { params: of(id), body: { other_id } }));
export const spam = (id: string, isSpam: boolean) => body(isSpam ? api.POST(`${ONE}/spam`, { params: of(id) }) : api.DELETE(`${ONE}/spam`, { params: of(id) }));

export interface Said {
  readonly cid: string;
  readonly text: string;
  readonly kind: Kind;
  readonly file_ids: string[];
  readonly mentions: string[];
}
export const say = (id: string, said: Said) => body(api.POST(`${ONE}/messages`, { params: of(id), body: said }));

/** Where a file is fetched from: with the cookie of the session, as nothing but bytes to keep. */
export const fileAt = (id: string): string => `/api/conversations/files/${id}`;
export const transcriptAt = (id: string, format: 'text' | 'html'): string => `/api/conversations/${id}/transcript?format=${format}`;

export const upload = (file: File, signal: AbortSignal) =>
  body(
    api.POST('/api/conversations/files', {
      params: { query: { name: file.name } },
      headers: { 'Content-Type': 'application/octet-stream' },
      body: file as never,
      bodySerializer: (sent: unknown) => sent as BodyInit,
      signal,
    }),
  );

export const makeTag = (name: string) => body(api.POST('/api/tags', { body: { name } }));

export const canned = async () => (await body(api.GET('/api/canned-replies'))).items;
export const keepCanned = (id: string | null, told: { shortcut: string; text: string }) =>
  body(id ? api.PUT(CANNED, { params: { path: { reply_id: id } }, body: told }) : api.POST('/api/canned-replies', { body: told }));
export const dropCanned = (id: string) => body(api.DELETE(CANNED, { params: { path: { reply_id: id } } }));

export const visitors = () => body(api.GET('/api/visitors'));
