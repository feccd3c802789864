/** What a screen says when there is nothing, or when something failed: what happened, what to do. */
import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { Link, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Problem } from '../api';
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
  return (
    <Stack gap="sm" align="flex-start" className={classes.state} data-inside={inside || undefined} role="alert">
      <Title order={level}>{t(isStranger ? 'failure.stranger' : isRefused ? 'failure.refused' : 'failure.network')}</Title>
      <Text c="var(--quiet)">{isStranger ? t('failure.strangerText') : isRefused ? error.message : t('failure.networkText')}</Text>
      {isStranger ? (
        // The whole page anew: nothing of the contacts stays in it.
        <Button component="a" href={`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`}>
          {t('failure.signIn')}
        </Button>
      ) : (
        <Button onClick={onAgain}>{t('act.again')}</Button>
      )}
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
