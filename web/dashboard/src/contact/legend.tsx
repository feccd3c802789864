/** What the small marks mean. */
import { Button, Popover, Stack, Text } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Mark } from '../show/mark';
import { STANDINGS } from '../show/standing';
import classes from './legend.module.css';

export function Legend() {
  const { t } = useTranslation();
  return (
    <Popover width={340} position="bottom-end" trapFocus>
      <Popover.Target>
        <Button variant="subtle" color="gray" leftSection={<IconInfoCircle size={14} aria-hidden />}>
          {t('legend.title')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack component="dl" gap={8} m={0} tabIndex={-1} data-autofocus>
          {STANDINGS.map((standing) => (
            <div key={standing} className={classes.line}>
              <Text component="dt" size="sm" fw={550} className={classes.name}>
                <Mark standing={standing} />
                {t(`standing.${standing}`)}
              </Text>
              <Text component="dd" size="sm" c="var(--quiet)" m={0}>
                {t(`legend.${standing}`)}
              </Text>
            </div>
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
