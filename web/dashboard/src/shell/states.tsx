/** What a screen says when there is nothing, or when something failed: what happened, what to do. */
import { Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Problem, Unreachable } from '../api';
import { answers } from '../patience';
import classes from './states.module.css';

interface Props {
  readonly error: unknown;
  readonly onAgain: () => void;
  /** 1 where it stands in place of the whole screen. */
  readonly level?: 1 | 2;
  /** Where what is around it has its own margin. */
  readonly inside?: boolean;
}

export function Failure({ error, onAgain, level = 2, inside = false }: Props) {
  const { t } = useTranslation();
  const isRefused = error instanceof Problem;
  const isStranger = isRefused && error.status === 401;
  const isAway = error === null || error instanceof Unreachable;
  return (
    <Stack gap="sm" align="flex-start" className={classes.state} data-inside={inside || undefined} role="alert">
      <Title order={level}>{t(isStranger ? 'failure.stranger' : isRefused ? 'failure.refused' : isAway ? 'failure.network' : 'failure.broken')}</Title>
      <Text c="var(--quiet)">{isStranger ? t('failure.strangerText') : isRefused ? error.message : t(isAway ? 'failure.networkText' : 'failure.brokenText')}</Text>
      {isStranger ? (
        // The whole page anew: nothing of the contacts stays in it.
        <Button component="a" href={`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`}>
          {t('failure.signIn')}
        </Button>
      ) : (
        <Button onClick={isRefused || isAway ? onAgain : () => location.reload()}>{t('act.again')}</Button>
      )}
    </Stack>
  );
}

/** In place of a screen that takes long to come: whether the server is away. It comes by itself. */
export function OnTheWay() {
  const { data: isThere = true, refetch } = useQuery({ queryKey: ['answers'], queryFn: answers, refetchInterval: 2_000, gcTime: 0 });
  if (!isThere) return <Failure level={1} error={null} onAgain={() => void refetch()} />;
  return (
    <Stack gap="md" className={classes.state} aria-busy>
      <Skeleton h={22} w={160} />
      <Skeleton h={12} />
      <Skeleton h={12} w="70%" />
    </Stack>
  );
}

/** An error that no screen expected. */
export function Failed({ error }: { error: unknown }) {
  const router = useRouter();
  return <Failure level={1} error={error} onAgain={() => void router.invalidate()} />;
}

export function Lost() {
  const { t } = useTranslation();
  return (
    <Stack gap="sm" align="flex-start" className={classes.state}>
      <Title order={1}>{t('lost.title')}</Title>
      <Text c="var(--quiet)">{t('lost.text')}</Text>
      <Group>
        <Button component={Link} to="/contacts">
          {t('lost.back')}
        </Button>
      </Group>
    </Stack>
  );
}
