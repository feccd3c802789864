/** The side bar of a narrow screen, fetched when somebody opens it. */
import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './shell.module.css';

interface Props {
  readonly opened: boolean;
  readonly title: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function SideDrawer({ opened, title, onClose, children }: Props) {
  const { t } = useTranslation();
  return (
    <Drawer opened={opened} onClose={onClose} size={260} title={title} closeButtonProps={{ 'aria-label': t('act.close') }}>
      <nav className={classes.drawer} aria-label={t('shell.places')}>
        {children}
      </nav>
    </Drawer>
  );
}
