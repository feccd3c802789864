/** The frame of the settings: their parts beside what is open; on a narrow screen one after the other. */
import { Text, Title } from '@mantine/core';
import { useDocumentTitle, useMediaQuery } from '@mantine/hooks';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { Link, Navigate, Outlet, useLocation } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import classes from './frame.module.css';
import { useMay } from '../show/may';
import { PARTS, partsFor } from './places';
import { NotForRole } from '../show/for-role';

/** Read at once: what is shown first depends on it. */
const useNarrow = () => useMediaQuery('(max-width: 62em)', undefined, { getInitialValueInEffect: false });

export function SettingsFrame() {
  const { t } = useTranslation();
  const may = useMay();
  const isNarrow = useNarrow();
  const path = useLocation().pathname.replace(/\/$/, '');
  const isIndex = path === '/settings';
  const part = PARTS.find(({ to }) => to === path);
  const inside = part && 'scope' in part && !may(part.scope) ? <NotForRole title={t(`settings.part.${part.id}`)} /> : <Outlet />;
  if (isNarrow) {
    return (
      <>
        {!isIndex && (
          <nav className={classes.back} aria-label={t('settings.parts')}>
            <Link to="/settings">
              <IconChevronLeft size={16} aria-hidden />
              {t('settings.title')}
            </Link>
          </nav>
        )}
        {inside}
      </>
    );
  }
  return (
    <div className={classes.frame}>
      <nav className={classes.parts} aria-label={t('settings.parts')}>
        <Text className={classes.head} c="var(--quiet)" size="sm">
          {t('settings.title')}
        </Text>
        {partsFor(may).map(({ id, to, icon: Icon }) => (
          <Link key={id} to={to} className={classes.part}>
            <Icon size={16} aria-hidden />
            {t(`settings.part.${id}`)}
          </Link>
        ))}
      </nav>
      {inside}
    </div>
  );
}

/** The parts as a screen of their own where there is no room beside one; else the first of them. */
export function SettingsIndex() {
  const { t } = useTranslation();
  useDocumentTitle(`${t('settings.title')} · openbook`);
  const may = useMay();
  if (!useNarrow()) return <Navigate to="/settings/workspace" replace />;
  return (
    <main className={classes.index}>
      <Title order={1} mb="sm">
        {t('settings.title')}
      </Title>
      <ul>
        {partsFor(may).map(({ id, to, icon: Icon }) => (
          <li key={id}>
            <Link to={to} className={classes.row}>
              <Icon size={16} aria-hidden />
              <span>
                {t(`settings.part.${id}`)}
                <Text span display="block" size="sm" c="var(--quiet)">
                  {t(`settings.about.${id}`)}
                </Text>
              </span>
              <IconChevronRight size={16} aria-hidden />
            </Link>
          </li>
        ))}
      </ul>
    </main>
  );
}
