/** Changes as sentences: who did what, when. */
import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../client/src';
import { useFields } from '../api';
import classes from '../settings/frame.module.css';
import { Moment } from '../show/time';
import { useTags } from '../tags/query';

export type Change = Schemas['ShownChange'];

/** `here`: the contact whose changes these are; it need not be named in each. */
export function Lines({ changes, here }: { changes: readonly Change[]; here?: string }) {
  return (
    <ol className={classes.list}>
      {changes.map((change) => (
        <li key={change.id} className={classes.line}>
          <div className={classes.broken}>
            <Text size="sm" component="div">
              <Sentence change={change} here={here} />
            </Text>
            <Text size="sm" c="var(--quiet)" component="div">
              <By who={change.who} /> · <Moment at={change.at} />
            </Text>
          </div>
        </li>
      ))}
    </ol>
  );
}

export function By({ who }: { who: Schemas['Who'] }) {
  const { t } = useTranslation();
  if (who.kind === 'command') return <>{t('history.command')}</>;
  if (who.name === null) return <>{t(`history.gone.${who.kind}`)}</>;
  return <>{who.kind === 'token' ? t('history.token', { name: who.name }) : who.name}</>;
}

function Sentence({ change, here }: { change: Change; here?: string }) {
  const { t } = useTranslation();
  const fields = useFields();
  const tags = useTags();
  const title = (id: string) => fields.find((field) => field.id === id)?.title ?? id.replace(/^attributes?\./, '');
  const detail = change.detail as {
    settings?: Record<string, [unknown, unknown]>;
    fields?: string[];
    taken_back?: boolean;
    role?: string | [string, string];
    sites?: string[] | null;
    does?: string;
    tag?: string;
    contacts?: number;
    created?: number;
    updated?: number;
    rejected?: number;
    format?: string;
  };
  const key = `history.action.${change.action.replace('.', '_')}`;
  const name = change.subject_name ?? '—';
  switch (change.action) {
    case 'settings.changed':
      return (
        <>
          {Object.entries(detail.settings ?? {}).map(([setting, [before, after]]) => (
            <div key={setting}>{settingWords(setting, before, after)}</div>
          ))}
        </>
      );
    case 'contact.changed':
    case 'contact.made': {
      const written = (detail.fields ?? []).map(title).join(', ');
      const words = t(written === '' ? `${key}_empty` : detail.taken_back ? `${key}_back` : key, { fields: written });
      return here ? <>{words}</> : <ToContact id={change.subject} words={words} />;
    }
    case 'contact.merged':
    case 'contact.split':
    case 'contact.deleted':
      return here || change.action === 'contact.deleted' ? <>{t(key)}</> : <ToContact id={change.subject} words={t(key)} />;
    case 'contact.tagged':
    case 'contact.untagged': {
      const tag = tags?.find((one) => one.id === detail.tag);
      const words = tag ? t(`${key}_name`, { name: tag.name }) : t(key);
      return here ? <>{words}</> : <ToContact id={change.subject} words={words} />;
    }
    case 'member.role': {
      const [before, after] = detail.role as [string, string];
      return <>{t(key, { name, before: t(`team.role.${before}`), after: t(`team.role.${after}`) })}</>;
    }
    case 'invitation.made':
    case 'member.joined':
      return <>{t(key, { name, role: t(`team.role.${String(detail.role)}`) })}</>;
    case 'write_key.bound':
      return <>{t(detail.sites ? key : `${key}_all`, { name: change.subject, sites: detail.sites?.join(', ') })}</>;
    case 'bulk.begun':
    case 'bulk.stopped':
    case 'bulk.undone':
      return <>{t(key, { action: t(`history.bulk.${detail.does}`, { defaultValue: detail.does }), number: detail.contacts?.toLocaleString() })}</>;
    case 'import.ended':
      return <>{t(key, { made: detail.created?.toLocaleString(), changed: detail.updated?.toLocaleString(), refused: detail.rejected?.toLocaleString() })}</>;
    case 'contacts.exported':
      return <>{t(key, { format: detail.format === 'csv' ? 'CSV' : 'NDJSON' })}</>;
    case 'view.shared':
    case 'view.withdrawn':
    case 'view.changed':
    case 'view.removed':
    case 'view.restored':
      return <>{t(change.subject_name === null ? `${key}_gone` : key, { name: change.subject_name })}</>;
    case 'field.cleared':
      return <>{t(key, { name: title(change.subject ?? '') })}</>;
    default:
      return <>{t(key, { name: change.subject_name ?? change.subject, defaultValue: change.action })}</>;
  }

  function settingWords(setting: string, before: unknown, after: unknown): string {
    if (setting.startsWith('collect.')) return t(after ? 'history.on' : 'history.off', { name: title(setting.slice('collect.'.length)) });
    return t('history.set', { name: setting, before: written(before), after: written(after) });
  }

  function written(value: unknown): string {
    if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return '—';
    if (Array.isArray(value)) return value.join(', ');
    return typeof value === 'object' ? Object.values(value).join(' · ') : String(value);
  }
}

function ToContact({ id, words }: { id: string | null; words: string }) {
  if (!id) return <>{words}</>;
  return (
    <Link to="/contacts/$id" params={{ id }} className={classes.plain}>
      {words}
    </Link>
  );
}
