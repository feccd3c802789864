/** The parts of the settings: where each is, and who sees it. */
import { IconAddressBook, IconClock, IconKey, IconMail, IconLogin2, IconMapPin, IconMessage2, IconMessageBolt, IconShieldCheck, IconTag, IconTags, IconUser } from '@tabler/icons-react';
import type { Scope } from '../show/may';

export const PARTS = [
  { id: 'workspace', to: '/settings/workspace', icon: IconAddressBook },
  { id: 'team', to: '/settings/team', icon: IconUser },
  { id: 'collection', to: '/settings/collection', icon: IconShieldCheck },
  { id: 'tags', to: '/settings/tags', icon: IconTags },
  { id: 'chat', to: '/settings/chat', icon: IconMessage2 },
  { id: 'replies', to: '/settings/replies', icon: IconMessageBolt },
  { id: 'keys', to: '/settings/keys', icon: IconTag, scope: 'credentials:read' },
  { id: 'tokens', to: '/settings/tokens', icon: IconKey, scope: 'credentials:read' },
  { id: 'mail', to: '/settings/mail', icon: IconMail },
  { id: 'signIn', to: '/settings/sign-in', icon: IconLogin2 },
  { id: 'places', to: '/settings/places', icon: IconMapPin },
  { id: 'history', to: '/settings/history', icon: IconClock, scope: 'team:write' },
] as const;

export const partsFor = (may: (scope: Scope) => boolean) => PARTS.filter((part) => !('scope' in part) || may(part.scope));
