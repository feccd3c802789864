/** The list of contacts: who they are, when they were seen, and what was asked for. */
import { Group, Skeleton, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Suspense, useCallback, useEffect, useLayoutEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFields } from '../api';
import { endEarly } from '../early/gone';
import { NewLine, OnlineNow } from '../live/door';
import { useShortcut } from '../shell/shortcuts';
import { Failure } from '../shell/states';
import { Brief } from '../show/brief';
import { Words } from '../show/words';
import { useView } from '../views/query';
import { type Asked, isAsking } from './asked';
import { columns } from './columns';
import { NobodyFound, NobodyYet } from './empty';
import { Filters } from './filters';
import { useCount, useFound } from './found';
import { chosen } from './heads';
import { fetched } from '../fetched';
import { useLayout, widened } from './layout';
import { usePicking } from './picking';
import classes from './screen.module.css';
import { ContactTable } from './table';

const ColumnChooser = fetched(async () => (await import('./column-chooser')).ColumnChooser, 'contacts');
const ViewMenu = fetched(async () => (await import('../views/menu')).ViewMenu, 'views', 'contacts');
const ListMenu = fetched(async () => (await import('./list-menu')).ListMenu, 'contacts', 'bulk');
const PickedBar = fetched(async () => (await import('../bulk/bar')).PickedBar, 'bulk', 'tags');

export function ContactsScreen() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/inside/contacts' });
  const navigate = useNavigate({ from: '/contacts' });
  const view = useView(search.view);
  const asked = useMemo((): Asked => (view && !search.own && !isAsking(search) ? { ...view.asked, view: view.id } : search), [view, search]);
  const ask = useCallback(
    (next: Asked) => void navigate({ search: view && !isAsking(next) ? { ...next, own: true } : { ...next, own: undefined }, replace: true }),
    [view, navigate],
  );
  const fields = useFields();
  const layout = useLayout(view ?? null);
  const found = useFound(asked, view === undefined);
  const picking = usePicking(found.rows, useMemo(() => JSON.stringify(found.question), [found.question]));
  const count = useCount(found.question, view === undefined);
  const all = useMemo(() => columns(fields), [fields]);
  const shown = useMemo(() => chosen(all, layout.columns, layout.widths), [all, layout.columns, layout.widths]);
  const name = view?.name ?? t('contacts.title');
  // What the first rows do without is fetched when they are there.
  const isThere = useShown(!found.isPending);
  useLayoutEffect(endEarly, []);
  useDocumentTitle(`${name} · openbook`);
  useShortcut('Escape', t('pick.none'), picking.none);
  const { question } = found;
  const { data: counted, isError: isUncounted } = count;
  // Live, rows change many times in a minute: what is above them is drawn only when it changes itself.
  const head = useMemo(() => {
    const title = <Title order={1}>{name}</Title>;
    const howMany = <HowMany count={counted} isUnknown={isUncounted} />;
    const buttons = <Skeleton w={140} h={30} />;
    return (
      <Group className={classes.head} gap="sm" wrap="wrap">
        <Suspense fallback={title}>
          {isThere ? <ViewMenu view={view ?? null} asked={asked} layout={layout} isMissing={search.view !== undefined && view === null} after={howMany} /> : title}
        </Suspense>
        {!isThere && howMany}
        <OnlineNow />
        <Group gap={8} ml="auto" wrap="nowrap" className={classes.tools}>
          <Words label={t('contacts.search')} shortcut={t('shortcut.search')} width={260} words={asked.q ?? ''} onWords={(q) => ask({ ...asked, q: q || undefined })} />
          <Suspense fallback={buttons}>
            {isThere ? (
              <>
                <ColumnChooser all={all} layout={layout} />
                <ListMenu question={question} columns={layout.columns} />
              </>
            ) : (
              buttons
            )}
          </Suspense>
        </Group>
      </Group>
    );
  }, [name, counted, isUncounted, isThere, view, asked, layout, search.view, ask, all, question]);
  const filters = useMemo(() => <Filters asked={asked} onAsk={ask} />, [asked, ask]);
  const news = useMemo(() => <NewLine question={question} />, [question]);

  return (
    <main className={classes.screen}>
      {head}
      {picking.isEmpty ? (
        filters
      ) : (
        <Suspense fallback={<Group className={classes.picked} />}>
          <PickedBar picking={picking} question={question} count={counted} columns={layout.columns} />
        </Suspense>
      )}
      {found.isError ? (
        <Failure error={found.error} onAgain={() => void found.refetch()} />
      ) : !found.isPending && found.rows.length === 0 ? (
        isAsking(asked) ? (
          <NobodyFound onClear={() => ask({ view: asked.view })} />
        ) : (
          <NobodyYet />
        )
      ) : (
        <>
          {news}
          <ContactTable
            columns={shown}
            rows={found.rows}
            density={layout.density}
            picking={picking}
            isFirst={!isThere}
            isPending={found.isPending || fields.length === 0}
            isStale={found.isPlaceholderData}
            hasMore={found.hasNextPage}
            onMore={() => {
              if (!found.isFetchingNextPage) void found.fetchNextPage();
            }}
            onWidth={(column, pixels) => layout.set({ widths: widened(layout.widths, column, pixels) })}
          />
        </>
      )}
    </main>
  );
}

/** True once what is ready has been on the screen for a frame. */
function useShown(isReady: boolean): boolean {
  const [isShown, show] = useState(false);
  useEffect(() => {
    if (!isReady || isShown) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const frame = requestAnimationFrame(() => {
      timer = setTimeout(() => show(true));
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [isReady, isShown]);
  return isShown;
}

function HowMany({ count, isUnknown }: { count: ReturnType<typeof useCount>['data']; isUnknown: boolean }) {
  const { t, i18n } = useTranslation();
  if (isUnknown) return null; // the list says what is wrong
  if (!count) return <Skeleton w={72} h={14} />;
  const number = count.count.toLocaleString(i18n.language);
  return (
    <Text c="var(--quiet)" size="md" aria-live="polite">
      {count.about ? t('contacts.about', { number }) : <Brief full={t('contacts.count', { number, count: count.count })} brief={number} />}
    </Text>
  );
}
