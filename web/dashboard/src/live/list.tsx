/** The list, live: its rows change in place, and the line that says who is new. */
import { Button } from '@mantine/core';
import { useEffect, useMemo, useReducer, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { api, body, queries } from '../api';
import classes from './list.module.css';
import { later } from './later';
import { onNews } from './line';
import { changesOf, idsOf, type Loaded, Open, patched } from './rows';

const EVERY_MS = 1_000;
/** Counting a long list costs the server more than its rows do. */
const COUNT_MS = 10_000;
const PAGE = 100;

interface Props {
  /** What the list asks for, as it is part of the key of its query. */
  readonly question: object;
}

export function NewLine({ question }: Props) {
  const { t, i18n } = useTranslation();
  const [, render] = useReducer((times: number) => times + 1, 0);
  const follower = useMemo(() => follow(question, render), [JSON.stringify(question)]);
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => follower.begin(), [follower]);
  const { newcomers, more } = follower.open;
  const number = newcomers.size.toLocaleString(i18n.language);
  const show = () => {
    line.current?.closest('main')?.querySelector('[role=table]')?.scrollTo({ top: 0 });
    follower.show();
  };
  return (
    <div ref={line} className={classes.line} role="status">
      {newcomers.size > 0 && (
        <Button variant="light" size="compact-xs" onClick={show}>
          {t(more ? 'live.newMore' : 'live.new', { number, count: newcomers.size })}
        </Button>
      )}
    </div>
  );
}

/** Follows one question's list until another one is asked. */
function follow(question: object, onChange: () => void) {
  const key = ['contacts', question];
  const isAsked = Object.keys(question).length > 0;
  let open = new Open();
  const held = () => queries.getQueryData<Loaded>(key);
  const search = (more: object) => body(api.POST('/api/contacts/search', { body: { ...question, ...more } as never }));
  const put = (change: (loaded: Loaded) => Loaded) =>
    queries.setQueryData<Loaded>(key, (loaded) => loaded && change(loaded));

  const renew = later(EVERY_MS, async () => {
    if (open.anew) {
      open.anew = false;
      // As many as were asked for at first: those behind them are no newcomers.
      const page = await search({ limit: held()?.pages[0]?.items.length || PAGE });
      const loaded = held();
      if (loaded) {
        const all = idsOf(loaded);
        const first = loaded.pages[0]?.items.map(({ id }) => id) ?? [];
        open.answered(page.items, loaded);
        put((old) => patched(old, changesOf(page.next === null ? first : [], page.items, all)));
        const told = new Set(page.items.map(({ id }) => id));
        for (const id of [...all].slice(0, 5 * PAGE)) if (!told.has(id)) open.dirty.add(id);
      }
    }
    const ids = open.take();
    if (ids.length) {
      const { items } = await search({ ids });
      const loaded = held();
      if (loaded) {
        open.answered(items, loaded);
        put((old) => patched(old, changesOf(ids, items, idsOf(old))));
      }
    }
    if (open.left.size) {
      const gone = new Map([...open.left].map(([id, left]) => [id, { left }] as const));
      open.left.clear();
      put((old) => patched(old, gone));
    }
    if (open.dirty.size + open.unknown.size) renew();
    if (open.newcomers.size && held()?.pages[0]?.items.length === 0) show();
    onChange();
  });
  const recount = later(COUNT_MS, async () => {
    await queries.invalidateQueries({ queryKey: ['count'] });
  });
  /** Ask for the list anew, from its beginning. */
  function show(): void {
    open = new Open();
    put((old) => ({ pages: old.pages.slice(0, 1), pageParams: old.pageParams.slice(0, 1) }));
    void queries.invalidateQueries({ queryKey: key });
    onChange();
  }
  return {
    get open() {
      return open;
    },
    show,
    begin: () =>
      onNews((news) => {
        open.hear(news, idsOf(held()), isAsked);
        if (open.recount) recount();
        open.recount = false;
        renew();
      }),
  };
}
