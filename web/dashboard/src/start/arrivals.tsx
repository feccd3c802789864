/** Whether anybody has come by yet: waits for the first page view, and says what stands in its way. */
import { Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, body, type Contact } from '../api';
import { Initials } from '../show/initials';
import { place } from '../show/place';
import { Moment } from '../show/time';
import classes from './start.module.css';

/** While the screen is in front. */
const EVERY_MS = 2_000;
const SHOWN = 3;
/** Reasons that the screen can explain; another one is shown by its name. */
const EXPLAINED = new Set(['unknown_key', 'origin_not_allowed', 'bot', 'no_consent', 'no_identity', 'no_message', 'unreadable', 'budget', 'revoked']);

/** Whom a device or a server told of; not those whom the team or an import made. */
const CAME = ['last_seen_at', 'last_page_viewed_at'].map((field) => ({ field, op: 'exists', value: true }));
const SEEN = { filter: { or: CAME }, limit: SHOWN };

const cameAt = (contact: Contact): number | null => contact.last_seen_at ?? contact.last_page_viewed_at;

export function Arrivals({ origins }: { origins: readonly string[] | null }) {
  const { t } = useTranslation();
  const seen = useQuery({
    queryKey: ['arrivals'],
    queryFn: () => body(api.POST('/api/contacts/search', { body: SEEN as never })),
    refetchInterval: EVERY_MS,
  });
  const refused = useQuery({
    queryKey: ['refusals'],
    queryFn: () => body(api.GET('/api/installation/refusals')),
    refetchInterval: EVERY_MS,
  });
  const people = seen.data?.items;
  const isHere = people !== undefined && people.length > 0;
  return (
    <section aria-labelledby="arrivals" className={classes.arrivals}>
      <Group gap={8} wrap="nowrap" role="status">
        {people === undefined ? (
          <Skeleton w={180} h={20} />
        ) : (
          <>
            <span className={classes.state} data-state={isHere ? 'here' : 'waiting'} aria-hidden>
              {isHere && <IconCheck size={12} stroke={3} />}
            </span>
            <Title order={2} id="arrivals">
              {t(isHere ? 'start.arrived' : 'start.waiting')}
            </Title>
          </>
        )}
      </Group>
      {people && !isHere && (
        <Text size="sm" c="var(--quiet)" mt={6}>
          {t('start.waitingText')}
        </Text>
      )}
      {isHere && (
        <>
          <Text size="sm" c="var(--quiet)" mt={6}>
            {t('start.arrivedText')}
          </Text>
          <ol className={classes.people}>
            {people.map((contact) => (
              <li key={contact.id}>
                <Link to="/contacts/$id" params={{ id: contact.id }} className={classes.person}>
                  <Initials id={contact.id} name={contact.display_name} />
                  <span>
                    <b>{contact.display_name}</b>
                    <small>
                      {[page(contact.last_page_viewed), place(contact) && t('start.near', { place: place(contact) }), contact.browser_name].filter(Boolean).join(' · ')}
                    </small>
                  </span>
                  <small>{cameAt(contact) !== null && <Moment at={cameAt(contact)!} />}</small>
                </Link>
              </li>
            ))}
          </ol>
          <Button component={Link} to="/contacts" variant="default">
            {t('start.toContacts')}
          </Button>
        </>
      )}
      {refused.data && refused.data.items.length > 0 && (
        <Stack gap={10} mt="lg">
          <Title order={3} className={classes.small}>
            {t('start.refused')}
          </Title>
          <ul className={classes.refusals}>
            {refused.data.items.map((one) => (
              <li key={one.reason} data-hard={one.reason === 'unknown_key' || one.reason === 'origin_not_allowed' || undefined}>
                <Text size="sm" fw={550}>
                  {EXPLAINED.has(one.reason) ? t(`start.reason.${one.reason}`, { count: one.count }) : t('start.reason.other', { reason: one.reason, count: one.count })}{' '}
                  <Text span inherit fw={400} c="var(--quiet)">
                    <Moment at={one.at} />
                  </Text>
                </Text>
                <Text size="sm" c="var(--quiet)">
                  {EXPLAINED.has(one.reason) && t(`start.advice.${one.reason}`, { site: one.site ?? '', sites: origins?.join(', ') ?? '' })}
                </Text>
              </li>
            ))}
          </ul>
        </Stack>
      )}
      {people && !isHere && (
        <details className={classes.unseen}>
          <summary>{t('start.unseen')}</summary>
          <ul>
            {(['snippet', 'policy', 'blocker', 'gpc', 'local'] as const).map((cause) => (
              <li key={cause}>{t(`start.cause.${cause}`)}</li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

/** Of an address, the path. */
function page(url: string | null): string | null {
  try {
    return url && new URL(url).pathname;
  } catch {
    return url;
  }
}
