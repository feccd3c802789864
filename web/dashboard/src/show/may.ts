/** What the person may do here. The server decides; this only leaves out what it would refuse. */
import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../../client/src';
import { meQuery } from '../session/me';

export type Scope = 'contacts:write' | 'conversations:read' | 'conversations:write' | 'contacts:delete' | 'import' | 'export' | 'settings:write' | 'team:write' | 'credentials:read' | 'credentials:write';

/** The workspace the person is in, with their role there. */
export function useHere(): Schemas['ShownMembership'] | undefined {
  const { data: me } = useQuery(meQuery);
  return me?.workspaces.find((one) => one.id === me.workspace);
}

export function useMay(): (scope: Scope) => boolean {
  const here = useHere();
  return (scope) => here?.scopes.includes(scope) ?? false;
}
