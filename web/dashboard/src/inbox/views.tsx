/** The views of the inbox and how much is in each: in the side bar, and as the title's menu. */
import { Menu, Title, UnstyledButton } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { countsQuery } from './reading';
import { type View, VIEWS } from './types';
import classes from './views.module.css';

function useTallies() {
  const { t, i18n } = useTranslation();
  const { data } = useQuery(countsQuery);
  const number = (value: number) => value.toLocaleString(i18n.language);
  return (view: View) => {
    const tally = data?.[view];
    if (!tally) return null;
    const unread = 'unread' in tally ? tally.unread : 0;
    return { all: number(tally.all), unread: unread ? number(unread) : null, words: t(unread ? 'inbox.tallyUnread' : 'inbox.tally', { count: tally.all, number: number(tally.all), unread: number(unread) }) };
  };
}

function Tally({ of }: { of: ReturnType<ReturnType<typeof useTallies>> }) {
  if (!of) return null;
  return (
    <span className={classes.tally} title={of.words}>
      {of.unread && <b aria-hidden>{of.unread}</b>}
      <span aria-hidden>{of.all}</span>
      <span className={classes.said}>{of.words}</span>
    </span>
  );
}

/** In the side bar, as long as the inbox is in front. */
export function ViewLinks({ at, onGo }: { at: View; onGo: () => void }) {
  const { t } = useTranslation();
  const tally = useTallies();
  return (
    <ul className={classes.links} aria-label={t('inbox.views')}>
      {VIEWS.map((view) => (
        <li key={view}>
          <Link to="/inbox" search={view === 'open' ? {} : { view }} className={classes.link} data-at={view === at || undefined} aria-current={view === at ? 'page' : undefined} onClick={onGo}>
            <span>{t(`inbox.view.${view}`)}</span>
            <Tally of={tally(view)} />
          </Link>
        </li>
      ))}
    </ul>
  );
}

export function ViewTitle({ at }: { at: View }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const tally = useTallies();
  return (
    <Menu position="bottom-start" width={240}>
      <Title order={1} className={classes.title}>
        <Menu.Target>
          <UnstyledButton className={classes.button} aria-haspopup="menu">
            {t(`inbox.view.${at}`)}
            <IconChevronDown size={16} aria-hidden />
          </UnstyledButton>
        </Menu.Target>
      </Title>
      <Menu.Dropdown>
        {VIEWS.map((view) => (
          <Menu.Item key={view} fw={view === at ? 550 : undefined} rightSection={<Tally of={tally(view)} />} onClick={() => void navigate({ to: '/inbox', search: view === 'open' ? {} : { view } })}>
            {t(`inbox.view.${view}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

export function HowMany({ at }: { at: View }) {
  const { t } = useTranslation();
  const tally = useTallies()(at);
  if (!tally) return null;
  return (
    <span className={classes.many} title={tally.words}>
      <span aria-hidden>{tally.unread ? t('inbox.short', { number: tally.all, unread: tally.unread }) : tally.all}</span>
      <span className={classes.said}>{tally.words}</span>
    </span>
  );
}
