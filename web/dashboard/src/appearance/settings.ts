/** The settings of the chat as the server has them. */
import { queryOptions } from '@tanstack/react-query';
import type { Schemas } from '../../../client/src';
import { api, body } from '../api';

export const LANGUAGES = { en: 'English', it: 'Italiano', es: 'Español', fr: 'Français', de: 'Deutsch', pt: 'Português', nl: 'Nederlands', pl: 'Polski', ar: 'العربية', ja: '日本語' } as const;
export type Language = keyof typeof LANGUAGES;
export type Shown = Schemas['ShownChatSettings'];
/** What can be put. */
export type Written = Required<Schemas['ChatSettingsWrite']>;
export type Hours = Schemas['OfficeHours'];
export type Range = Schemas['HoursRange'];
export type Question = Schemas['ChatQuestion'];

const AVATAR = '/api/chat/avatar';

export const chatQuery = queryOptions({
  queryKey: ['chat-settings'],
  queryFn: () => body(api.GET('/api/chat/settings')),
  refetchOnWindowFocus: false, // it would take away what is being written
});

export const put = (settings: Written) => body(api.PUT('/api/chat/settings', { body: settings }));
export const putAvatar = (file: File) =>
  body(api.PUT(AVATAR, { body: file as never, bodySerializer: (sent: unknown) => sent as BodyInit, headers: { 'Content-Type': 'application/octet-stream' } } as never));
export const dropAvatar = () => body(api.DELETE(AVATAR));

/** Without what the server only tells. */
export function writtenOf({ changed_at: _c, avatar: _a, open: _o, opens_at: _p, mail_ready: _m, preview: _v, ...written }: Shown): Written {
  return written as Written;
}
