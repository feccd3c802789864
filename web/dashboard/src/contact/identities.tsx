/** What the contact is recognised by, and values that somebody gave and better ones outrank. */
import { Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Contact, Field } from '../api';
import { Mark } from '../show/mark';
import { Moment } from '../show/time';
import classes from './aside.module.css';

export function Identities({ contact, fields }: { contact: Contact; fields: readonly Field[] }) {
  const { t } = useTranslation();
  const claims = contact.claims ?? [];
  const titleOf = (id: string) => fields.find((field) => field.id === id)?.title ?? id.replace(/^attribute\./, '');
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
      <Stack component="ul" gap="sm">
        {contact.identities.map((identity) => (
          <li key={`${identity.field} ${identity.value}`}>
            <Text size="sm" className={classes.line}>
              <Mark standing="verified" />
              <span className={classes.wraps}>{identity.value}</span>
            </Text>
            <Text size="sm" c="var(--quiet)" component="div">
              {titleOf(identity.field)} · {t(`identities.${identity.trust}`)} · <Moment at={identity.verified_at} />
            </Text>
          </li>
        ))}
      </Stack>
      {claims.length > 0 && (
        <>
          <Title order={3} mt="md" mb={4} fz="sm" c="var(--quiet)">
            {t('identities.alsoSaid')}
          </Title>
          <Stack component="ul" gap="sm">
            {claims.map((claim, index) => (
              <li key={index}>
                <Text size="sm" className={classes.line}>
                  <Mark standing={claim.trust === 'claimed' || claim.trust === 'anonymous' ? 'claimed' : 'verified'} />
                  <span className={classes.wraps}>{String(claim.value)}</span>
                </Text>
                <Text size="sm" c="var(--quiet)" component="div">
                  {t('identities.claim', { field: titleOf(claim.field), source: t(`source.${claim.source}`) })} · <Moment at={claim.at} />
                </Text>
              </li>
            ))}
          </Stack>
        </>
      )}
    </section>
  );
}
