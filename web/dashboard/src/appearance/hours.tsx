/** When somebody is there, and how soon an answer comes. */
import { ActionIcon, Button, Group, Radio, Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Section } from '../settings/page';
import { localeOf } from '../show/time';
import classes from './screen.module.css';
import type { Part } from './part';
import type { Hours, Range } from './settings';

const DAYS = [0, 1, 2, 3, 4, 5, 6] as const;
const USUAL = { begins: '09:00', ends: '18:00' };
/** A Monday, so that days can be named. */
const MONDAY = Date.UTC(2026, 0, 5);

const usual = (): Hours => ({ zone: Intl.DateTimeFormat().resolvedOptions().timeZone, weekly: [0, 1, 2, 3, 4].map((day) => ({ day, ...USUAL })), holidays: [] });

export function OfficeHours({ draft, change, isLocked }: Part) {
  const { t } = useTranslation();
  const { hours } = draft;
  const zones = useMemo(() => {
    const all = Intl.supportedValuesOf('timeZone');
    return hours && !all.includes(hours.zone) ? [hours.zone, ...all] : all;
  }, [hours]);
  const put = (next: Partial<Hours>) => hours && change({ hours: { ...hours, ...next } });
  return (
    <Section title={t('appearance.hours')} text={t('appearance.hoursText')}>
      <Stack gap="md" maw={480}>
        <Radio.Group aria-label={t('appearance.hours')} value={hours ? 'hours' : 'always'} onChange={(value) => change({ hours: value === 'hours' ? usual() : null })}>
          <Stack gap={8}>
            <Radio size="xs" value="always" disabled={isLocked} label={t('appearance.always')} />
            <Radio size="xs" value="hours" disabled={isLocked} label={t('appearance.byHours')} />
          </Stack>
        </Radio.Group>
        {hours && (
          <>
            <Select size="xs" label={t('appearance.zone')} searchable selectFirstOptionOnChange allowDeselect={false} readOnly={isLocked} data={zones} value={hours.zone} onChange={(zone) => zone && put({ zone })} limit={60} />
            <div className={classes.week}>
              {DAYS.map((day) => (
                <Day key={day} day={day} ranges={hours.weekly.filter((one) => one.day === day)} isLocked={isLocked} onChange={(ranges) => put({ weekly: [...hours.weekly.filter((one) => one.day !== day), ...ranges].sort((a, b) => a.day - b.day || a.begins.localeCompare(b.begins)) })} />
              ))}
            </div>
            <Holidays days={hours.holidays} isLocked={isLocked} onChange={(holidays) => put({ holidays: [...holidays] })} />
          </>
        )}
        <Select
          size="xs"
          label={t('appearance.expected')}
          description={t('appearance.expectedText')}
          readOnly={isLocked}
          allowDeselect={false}
          data={[{ value: '', label: t('appearance.reply.none') }, ...(['minutes', 'hours', 'day'] as const).map((value) => ({ value, label: t(`appearance.reply.${value}`) }))]}
          value={draft.expected_reply ?? ''}
          onChange={(value) => change({ expected_reply: (value || null) as Part['draft']['expected_reply'] })}
        />
      </Stack>
    </Section>
  );
}

interface DayProps {
  readonly day: number;
  readonly ranges: readonly Range[];
  readonly isLocked: boolean;
  readonly onChange: (ranges: readonly Range[]) => void;
}

function Day({ day, ranges, isLocked, onChange }: DayProps) {
  const { t, i18n } = useTranslation();
  const name = new Date(MONDAY + day * 86_400_000).toLocaleDateString(localeOf(i18n.language), { weekday: 'long', timeZone: 'UTC' });
  const set = (index: number, next: Partial<Range>) => onChange(ranges.map((one, at) => (at === index ? { ...one, ...next } : one)));
  const last = ranges.at(-1);
  return (
    <div className={classes.day} role="group" aria-label={name}>
      <Switch size="xs" checked={ranges.length > 0} disabled={isLocked} label={name} onChange={(event) => onChange(event.currentTarget.checked ? [{ day, ...USUAL }] : [])} />
      <Stack gap={4}>
        {ranges.length === 0 && (
          <Text size="sm" c="var(--quiet)">
            {t('appearance.closedDay')}
          </Text>
        )}
        {ranges.map((range, index) => (
          <Group key={index} gap={6} wrap="nowrap">
            <Clock label={t('appearance.from', { day: name })} value={range.begins} isLocked={isLocked} onChange={(begins) => set(index, { begins })} />
            <span aria-hidden>–</span>
            <Clock label={t('appearance.to', { day: name })} value={range.ends} isLocked={isLocked} onChange={(ends) => set(index, { ends })} />
            {!isLocked && ranges.length > 1 && (
              <ActionIcon size={24} aria-label={t('appearance.dropRange', { day: name })} onClick={() => onChange(ranges.filter((_, at) => at !== index))}>
                <IconTrash size={14} />
              </ActionIcon>
            )}
          </Group>
        ))}
      </Stack>
      {!isLocked && last && (
        <ActionIcon size={24} aria-label={t('appearance.addRange', { day: name })} title={t('appearance.addRange', { day: name })} onClick={() => onChange([...ranges, { day, begins: last.ends === '24:00' ? '00:00' : last.ends, ends: '24:00' }])}>
          <IconPlus size={14} />
        </ActionIcon>
      )}
    </div>
  );
}

/** A time of day as HH:MM; midnight at the end of a day is 24:00, which a browser's own field cannot say. */
function Clock({ label, value, isLocked, onChange }: { label: string; value: string; isLocked: boolean; onChange: (value: string) => void }) {
  return <TextInput w={76} aria-label={label} placeholder="09:00" inputMode="numeric" maxLength={5} pattern="([01]\d|2[0-4]):[0-5]\d" readOnly={isLocked} value={value} onChange={(event) => onChange(event.currentTarget.value)} />;
}

function Holidays({ days, isLocked, onChange }: { days: readonly string[]; isLocked: boolean; onChange: (days: readonly string[]) => void }) {
  const { t, i18n } = useTranslation();
  const [day, set] = useState('');
  const name = (one: string) => new Date(`${one}T00:00:00Z`).toLocaleDateString(localeOf(i18n.language), { dateStyle: 'medium', timeZone: 'UTC' });
  return (
    <div>
      {!isLocked && (
        <Group gap={8} align="flex-end">
          <TextInput type="date" label={t('appearance.holidays')} description={t('appearance.holidaysText')} value={day} onChange={(event) => set(event.currentTarget.value)} />
          <Button
            variant="default"
            h={30}
            disabled={!day || days.includes(day)}
            onClick={() => {
              onChange([...days, day].sort());
              set('');
            }}
          >
            {t('appearance.addDay')}
          </Button>
        </Group>
      )}
      {days.length > 0 && (
        <ul className={classes.days}>
          {days.map((one) => (
            <li key={one}>
              {name(one)}
              {!isLocked && (
                <ActionIcon size={24} aria-label={t('appearance.dropDay', { day: name(one) })} onClick={() => onChange(days.filter((other) => other !== one))}>
                  <IconTrash size={14} />
                </ActionIcon>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
