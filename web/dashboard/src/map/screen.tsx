/** Where contacts are: a map drawn from what is here, and the same in words. */
import { Group, Skeleton, Text, Title } from '@mantine/core';
import { useDebouncedValue, useDocumentTitle, useElementSize } from '@mantine/hooks';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Asked, Condition } from '../contacts/asked';
import { narrowed, Narrowing, Nobody, OtherForms, plain, useQuestion } from '../insight/narrow';
import { useShortcut } from '../shell/shortcuts';
import { Failure } from '../shell/states';
import { COUNTRIES } from './countries';
import { type ContactMap, useMap } from './found';
import classes from './map.module.css';
import { Places } from './places';
import { useSaid } from './said';
import { asking, isSeen, readView, type View, WORLD, writtenView } from './view';
import { World } from './world';

const SETTLED_MS = 200;

/** Of an answer, what is in view; the server was asked for somewhat more. */
function seen(found: ContactMap, view: View, size: { width: number; height: number }): ContactMap {
  const clusters = found.clusters.filter((one) => isSeen(view, size, one.longitude, one.latitude));
  const countries = found.countries.filter(({ country_code }) => {
    const country = COUNTRIES.get(country_code);
    return country !== undefined && isSeen(view, size, country.longitude, country.latitude);
  });
  const total = [...clusters, ...countries].reduce((sum, one) => sum + one.count, 0);
  return { ...found, clusters, countries, total, unknown: 0 };
}

export function MapScreen() {
  const { t } = useTranslation();
  useDocumentTitle(`${t('map.title')} · openbook`);
  const search = useSearch({ from: '/inside/map' });
  const navigate = useNavigate({ from: '/map' });
  const asked = useMemo(() => plain(search), [search]);
  const question = useQuestion(asked);
  const say = useSaid();
  const { ref, width, height } = useElementSize();
  const size = useMemo(() => ({ width, height }), [width, height]);
  const [view, setView] = useState<View>(() => readView(search.at));
  const [settled] = useDebouncedValue(view, SETTLED_MS);
  const part = useMemo(() => (width && height && question ? asking(settled, size) : null), [settled, size, width, height, question]);
  const found = useMap(question ?? {}, part);
  const listOf = useCallback((conditions: Condition[]): Asked => narrowed(asked, conditions), [asked]);
  const go = (next: Asked & { at?: string }) => void navigate({ search: next, replace: true });

  // The address follows the view, and the view an address that somebody else changed.
  const written = useRef(search.at);
  useEffect(() => {
    const at = writtenView(settled);
    if (at === written.current) return;
    written.current = at;
    void navigate({ search: (before) => ({ ...before, at }), replace: true });
  }, [settled, navigate]);
  useEffect(() => {
    if (search.at === written.current) return;
    written.current = search.at;
    setView(readView(search.at));
  }, [search.at]);
  useShortcut('Escape', t('map.whole'), () => setView(WORLD));

  const data = found.data;
  const isPart = part?.box !== undefined;
  const inView = useMemo(() => (data && isPart ? seen(data, view, size) : data), [data, isPart, view, size]);
  const isNobody = data?.total === 0;
  const isAsked = Boolean(asked.q || asked.where?.length);
  return (
    <main className={classes.screen}>
      <Group className={classes.head} gap="sm" wrap="wrap">
        <Title order={1}>{t('map.title')}</Title>
        {inView ? (
          <Text c="var(--quiet)" size="md" aria-live="polite">
            {isPart ? t('map.contactsInView', { contacts: say.number(inView.total, inView.about) }) : say.number(inView.total, inView.about)}
          </Text>
        ) : (
          !found.isError && <Skeleton w={90} h={14} />
        )}
        <OtherForms asked={asked} here="map" />
      </Group>
      <Narrowing asked={asked} onAsk={(next) => go({ ...next, at: search.at })} />
      {found.isError ? (
        <Failure error={found.error} onAgain={() => void found.refetch()} />
      ) : isNobody ? (
        <Nobody onClear={isAsked ? () => go({}) : undefined} />
      ) : (
        <div className={classes.body}>
          <a href="#places" className={classes.skip} onClick={(event) => {
            event.preventDefault();
            document.getElementById('places')?.focus();
          }}>
            {t('map.skip')}
          </a>
          <figure className={classes.figure}>
            <div ref={ref} className={classes.room}>
              {width > 0 && <World found={data} isStale={found.isPlaceholderData} view={view} size={size} onView={setView} listOf={listOf} />}
            </div>
            <figcaption className={classes.caption}>{t('map.caption')}</figcaption>
          </figure>
          <Places found={inView} isPart={isPart} listOf={listOf} />
        </div>
      )}
    </main>
  );
}
