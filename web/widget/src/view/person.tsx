/** Who is shown: a picture of the business, the letters of somebody's name. */
import { h } from 'preact';
import type { Shown } from '../state';
import type { Person } from '../wire';

/** Initials as they are; of a longer name its first letter. */
export const Letters = ({ of }: { of: string }) => (
  <span class="face" aria-hidden="true">
    {(of.length > 2 ? of.slice(0, 1) : of).toUpperCase()}
  </span>
);

/** Who answers here, the business, or of those who may answer at most three. */
export function Faces({ state: { settings, parts, host }, acts, one }: Shown & { one: Person | null | undefined }) {
  const { name, avatar, team } = settings!;
  const letters = <Letters of={one ? one.initials : name} />;
  if (!one && avatar) {
    if (!parts) acts.wantParts();
    return (
      <span class="face" aria-hidden="true">
        {parts && <parts.Avatar acts={acts} path={host + avatar} otherwise={letters} />}
      </span>
    );
  }
  if (one || !team.length) return letters;
  return (
    <span class="faces">
      {team.map(({ initials }) => (
        <Letters of={initials} />
      ))}
    </span>
  );
}
