/** Contacts from a file: what its columns are, what would happen, and then what has happened. */
import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useMemo, useReducer, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { NotForRole } from '../show/for-role';
import { useMay } from '../show/may';
import { bring, type Far, type Report } from './bringing';
import { Choosing } from './choosing';
import { suggested, useTargets } from './columns';
import { Mapping } from './mapping';
import { type Chosen, Outcome } from './outcome';
import { Way } from './way';
import classes from './screen.module.css';

interface State {
  readonly chosen: Chosen | null;
  /** What the columns become; null as long as it is what is suggested. */
  readonly columns: readonly string[] | null;
  readonly step: 'choose' | 'map' | 'trial' | 'tried' | 'bring' | 'brought';
  readonly far: Far | null;
  readonly report: Report | null;
  readonly isStopped: boolean;
  readonly error: unknown;
}

const BEGIN: State = { chosen: null, columns: null, step: 'choose', far: null, report: null, isStopped: false, error: null };
const change = (state: State, next: Partial<State>): State => ({ ...state, ...next });

export function ImportScreen() {
  const { t } = useTranslation();
  useDocumentTitle(`${t('import.title')} · openbook`);
  const may = useMay();
  const client = useQueryClient();
  const targets = useTargets();
  const [state, put] = useReducer(change, BEGIN);
  const stopping = useRef<AbortController | null>(null);
  const { chosen, step } = state;
  // The fields may come later than the file.
  const columns = useMemo(() => state.columns ?? (chosen ? suggested(chosen.header, targets) : []), [state.columns, chosen, targets]);
  const isUnderWay = step === 'trial' || step === 'bring';

  useEffect(() => {
    if (step !== 'bring') return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [step]);
  useEffect(() => () => stopping.current?.abort(), []);

  const choose = (next: Chosen) => {
    put({ ...BEGIN, chosen: next, step: 'map' });
    if (next.format === 'ndjson') void send(true, next, []);
  };
  const send = async (isTrial: boolean, what: Chosen, named: readonly string[]) => {
    stopping.current = new AbortController();
    put({ step: isTrial ? 'trial' : 'bring', far: null, report: null, error: null, isStopped: false });
    let last: Far | null = null;
    try {
      const report = await bring({
        file: what.file,
        format: what.format,
        columns: what.format === 'csv' ? named : null,
        isTrial,
        signal: stopping.current.signal,
        onFar: (far) => {
          last = far;
          put({ far });
        },
      });
      put({ step: isTrial ? 'tried' : 'brought', report });
    } catch (error) {
      if ((error as Error).name === 'AbortError') put(isTrial ? { step: 'map' } : { step: 'brought', isStopped: true, report: (last as Far | null)?.report ?? null });
      else put({ step: isTrial || !last ? 'map' : 'brought', isStopped: true, report: isTrial ? null : ((last as Far | null)?.report ?? null), error });
    } finally {
      if (!isTrial) for (const queryKey of [['contacts'], ['count']]) void client.invalidateQueries({ queryKey });
    }
  };
  const hasKey = useMemo(() => columns.includes('email') || columns.includes('user_id'), [columns]);

  if (!may('import')) return <NotForRole title={t('import.title')} />;
  return (
    <main className={classes.screen}>
      <Stack gap={4}>
        <Title order={1}>{t('import.title')}</Title>
        <Text c="var(--quiet)">{t('import.about')}</Text>
      </Stack>
      {step === 'choose' || !chosen ? (
        <Choosing onChoose={choose} />
      ) : (
        <>
          <Group gap="sm">
            <Text fw={550}>{chosen.file.name}</Text>
            {!isUnderWay && (
              <Button variant="subtle" onClick={() => put(BEGIN)}>
                {t('import.another')}
              </Button>
            )}
          </Group>
          {step === 'map' && chosen.format === 'csv' && (
            <Mapping chosen={chosen} columns={columns} targets={targets} onColumns={(next) => put({ columns: next })} />
          )}
          {state.error !== null && (
            <Text role="alert" className={classes.refused}>
              {state.error instanceof Error && state.error.message ? state.error.message : t('import.broken')}
            </Text>
          )}
          {step === 'map' && (
            <Group>
              <Button disabled={chosen.format === 'csv' && !hasKey} onClick={() => void send(true, chosen, columns)}>
                {t('import.check')}
              </Button>
              {chosen.format === 'csv' && !hasKey && <Text size="sm" c="var(--quiet)">{t('import.needsKey')}</Text>}
            </Group>
          )}
          {isUnderWay && <Way far={state.far} isTrial={step === 'trial'} onStop={() => stopping.current?.abort()} />}
          {(step === 'tried' || step === 'brought') && state.report && (
            <Outcome chosen={chosen} columns={columns} report={state.report} isTrial={step === 'tried'} isStopped={state.isStopped} />
          )}
          {step === 'tried' && state.report && (
            <Group>
              <Button disabled={state.report.created + state.report.updated === 0} onClick={() => void send(false, chosen, columns)}>
                {t('import.act', { count: state.report.created + state.report.updated })}
              </Button>
              {chosen.format === 'csv' && (
                <Button variant="default" onClick={() => put({ step: 'map' })}>
                  {t('import.back')}
                </Button>
              )}
            </Group>
          )}
          {step === 'brought' && (
            <Anchor component={Link} to="/contacts" search={{} as never}>
              {t('import.toList')}
            </Anchor>
          )}
        </>
      )}
    </main>
  );
}
