/** Whom the conversation is with: where they are now, what is known of them, what else was said. */
import { Button, Group, Skeleton, Stack, Text, Title, Tooltip } from '@mantine/core';
import { IconArrowLeft, IconArrowUpRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Contact, contactQuery, type Field, useFields } from '../api';
import { useDeclared } from '../contact/attributes';
import { deviceName } from '../contact/devices';
import type { Shape } from '../contact/editable';
import { Entry } from '../contact/entry';
import { Failure } from '../shell/states';
import { Initials } from '../show/initials';
import { KindMark } from '../show/kind';
import { useMay } from '../show/may';
import { place } from '../show/place';
import { Moment, useClockThere, useNow } from '../show/time';
import { Unknown, withoutHost, Written } from '../show/written';
import classes from './beside.module.css';
import { useWithContact } from './with-contact';

/** What helps to answer, in this order; the rest is on the contact's own screen. */
const SHOWN = ['email', 'name', 'user_id', 'first_seen_at', 'web_sessions', 'referrer', 'browser_language'];
const TYPED: Readonly<Record<string, Shape>> = { email: 'email', name: 'text', user_id: 'text' };
const ONLINE_SECONDS = 300;
const OTHERS = 5;

interface Props {
  readonly contactId: string;
  readonly conversationId: string;
  readonly onBack: (() => void) | null;
}

export function Beside({ contactId, conversationId, onBack }: Props) {
  const { t } = useTranslation();
  const found = useQuery(contactQuery(contactId));
  const fields = useFields();
  const contact = found.data;
  return (
    <aside className={classes.beside} aria-label={t('inbox.contact')}>
      {onBack && (
        <Button variant="subtle" color="gray" leftSection={<IconArrowLeft size={14} aria-hidden />} onClick={onBack} className={classes.back}>
          {t('inbox.toThread')}
        </Button>
      )}
      {found.isError && !contact ? (
        <Failure inside error={found.error} onAgain={() => void found.refetch()} />
      ) : !contact ? (
        <Stack gap="md" aria-busy aria-label={t('contact.loading')} role="group">
          {Array.from({ length: 9 }, (_, index) => (
            <Skeleton key={index} h={14} w={`${40 + ((index * 23) % 50)}%`} />
          ))}
        </Stack>
      ) : (
        <>
          <Who contact={contact} />
          <Now contact={contact} />
          <Facts contact={contact} fields={fields} />
        </>
      )}
      <Others contactId={contactId} conversationId={conversationId} />
    </aside>
  );
}

function Who({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  return (
    <div>
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <Initials id={contact.id} name={contact.display_name} size={36} />
        <div className={classes.who}>
          <Group gap={8}>
            <Title order={2}>{contact.display_name}</Title>
            <KindMark kind={contact.kind} always />
          </Group>
          <Link to="/contacts/$id" params={{ id: contact.id }} className={classes.link}>
            {t('inbox.openContact')}
            <IconArrowUpRight size={14} aria-hidden />
          </Link>
        </div>
      </Group>
    </div>
  );
}

/** The page they are on, as it is told; the time on their clock. */
function Now({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const now = useNow();
  const clock = useClockThere(contact.timezone);
  const isHere = contact.last_seen_at !== null && now - contact.last_seen_at < ONLINE_SECONDS;
  const where = place(contact);
  const page = contact.last_page_viewed;
  const device = [...contact.devices].sort((a, b) => (b.last_seen_at ?? 0) - (a.last_seen_at ?? 0))[0];
  return (
    <section className={classes.now} aria-label={t('inbox.now')} data-here={isHere || undefined}>
      <Text size="sm" fw={550} component="p">
        {isHere ? t('inbox.here') : contact.last_seen_at === null ? t('inbox.neverSeen') : t('inbox.away')}
        {!isHere && contact.last_seen_at !== null && (
          <>
            {' '}
            <Text span inherit fw={400} c="var(--quiet)">
              <Moment at={contact.last_seen_at} />
            </Text>
          </>
        )}
      </Text>
      {page && (
        <Text size="sm" component="p" className={classes.page}>
          <Tooltip label={page} multiline maw={320}>
            <span tabIndex={0}>{withoutHost(page)}</span>
          </Tooltip>
          {contact.last_page_viewed_at !== null && (
            <Text span inherit c="var(--quiet)">
              {' '}
              <Moment at={contact.last_page_viewed_at} />
            </Text>
          )}
        </Text>
      )}
      <Text size="sm" c="var(--quiet)" component="p">
        {[clock && t('inbox.clock', { clock }), where && t('inbox.near', { place: where }), device && deviceName(device, t)].filter(Boolean).join(' · ')}
      </Text>
    </section>
  );
}

function Facts({ contact, fields }: { contact: Contact; fields: readonly Field[] }) {
  const { t, i18n } = useTranslation();
  const may = useMay();
  const declared = useDeclared();
  const shown = SHOWN.flatMap((id) => fields.find((field) => field.id === id) ?? []);
  // What is unknown is left out here, but for what can be asked for and written down.
  const isShown = (field: Field) => TYPED[field.id] !== undefined || ![null, undefined, '', 0].includes(contact[field.id as keyof Contact] as never);
  const told = declared.filter(({ name }) => contact.attributes[name] !== undefined && contact.attributes[name] !== null);
  return (
    <dl className={classes.facts}>
      {shown.filter(isShown).map((field) => {
        const value = contact[field.id as keyof Contact];
        return (
          <Entry key={field.id} contact={contact} name={field.id} label={field.title} field={field} shape={field.on && may('contacts:write') ? TYPED[field.id] : undefined} value={value}>
            {field.on || value ? <Written field={field} value={value} short /> : <Unknown field="off" />}
          </Entry>
        );
      })}
      {told.map(({ name, shape }) => {
        const value = contact.attributes[name];
        return (
          <Entry key={name} contact={contact} name={`attributes.${name}`} label={name} value={value}>
            {typeof value === 'boolean' ? t(value ? 'value.yes' : 'value.no') : typeof value === 'number' ? value.toLocaleString(i18n.language) : shape === 'time' ? <Moment at={Date.parse(String(value)) / 1000} /> : String(value)}
          </Entry>
        );
      })}
    </dl>
  );
}

function Others({ contactId, conversationId }: { contactId: string; conversationId: string }) {
  const { t } = useTranslation();
  const found = useWithContact(contactId);
  const others = found.rows.filter((one) => one.id !== conversationId && one.contact.id === contactId);
  return (
    <section aria-labelledby="other-conversations">
      <Title order={2} id="other-conversations" mb={4}>
        {t('inbox.others')}
      </Title>
      {others.length === 0 ? (
        <Text size="sm" c="var(--quiet)">
          {t(found.isPending ? 'inbox.loading' : 'inbox.noOthers')}
        </Text>
      ) : (
        <ul className={classes.others}>
          {others.slice(0, OTHERS).map((one) => (
            <li key={one.id}>
              <Link to="/inbox/$id" params={{ id: one.id }} search={{}}>
                <span>{one.preview || t('inbox.noText')}</span>
                <small>
                  {t(`inbox.status.${one.status}`)} · <Moment at={one.last_at} />
                </small>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
