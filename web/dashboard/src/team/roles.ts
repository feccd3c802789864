/** The roles there are, the most powerful first. */
import type { Schemas } from '../../../client/src';

export type Role = Schemas['Member']['role'];
export const ROLES: readonly Role[] = ['owner', 'admin', 'agent', 'viewer'];
export const TEAM = ['team'];
