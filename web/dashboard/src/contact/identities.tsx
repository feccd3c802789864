/** What the contact is recognised by, and values that somebody gave and better ones outrank. */
import { Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Contact } from '../api';
import { Moment } from '../show/time';

export function Identities({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const claims = contact.claims ?? [];
  return (
    <section aria-labelledby="identities">
      <Title order={2} id="identities" mb={8}>
        {t('identities.title')}
      </Title>
      {contact.identities.length === 0 && (
        <Text size="sm" c="var(--quiet)">
          {t('identities.none')}
        </Text>
      )}
      <Stack gap="sm">
        {contact.identities.map((identity) => (
          <div key={`${identity.field} ${identity.value}`}>
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {identity.value}
            </Text>
            <Text size="sm" c="var(--quiet)">
              {t(`identities.${identity.trust}`)} · <Moment at={identity.verified_at} />
            </Text>
          </div>
        ))}
        {claims.map((claim, index) => (
          <div key={index}>
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {String(claim.value)}
            </Text>
            <Text size="sm" c="var(--quiet)">
              {t('identities.claim', { field: claim.field, source: t(`source.${claim.source}`) })} · <Moment at={claim.at} />
            </Text>
          </div>
        ))}
      </Stack>
    </section>
  );
}
