/** Where the contact is, in words first: near a place, within a distance, or why it is not known. */
import { Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact } from '../api';
import { place } from '../show/place';

export function PlaceFrame({ contact, children }: { contact: Contact; children: ReactNode }) {
  const { t } = useTranslation();
  const where = place(contact);
  const isOnMap = contact.latitude !== null && contact.longitude !== null;
  return (
    <section aria-labelledby="place">
      <Title order={2} id="place" mb={8}>
        {t('place.title')}
      </Title>
      {isOnMap && children}
      <Text size="sm" mt={isOnMap ? 8 : 0}>
        {where ? t('place.near', { place: where }) : t('place.unknown')}
      </Text>
      <Text size="sm" c="var(--quiet)">
        {!isOnMap
          ? t(where ? 'place.noPoint' : 'place.why')
          : contact.accuracy_km === null
            ? t('place.cityLevel')
            : t('place.within', { km: contact.accuracy_km })}
      </Text>
    </section>
  );
}
