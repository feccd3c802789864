/** The snippet, by what the site or the app is made with. */
import { Stack, Tabs, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../client/src';
import { Copied } from './copied';
import classes from './start.module.css';

interface Props {
  readonly ways: Schemas['Installation']['ways'];
  readonly chosen: string | undefined;
  readonly onChoose: (way: string) => void;
}

export function Ways({ ways, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const shown = ways.find((way) => way.id === chosen) ?? ways[0];
  return (
    <Tabs value={shown?.id ?? null} onChange={(value) => value && onChoose(value)} keepMounted={false}>
      <Tabs.List aria-label={t('start.with')} className={classes.tabs}>
        {ways.map((way) => (
          <Tabs.Tab key={way.id} value={way.id}>
            {t(`start.way.${way.id}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {ways.map((way) => (
        <Tabs.Panel key={way.id} value={way.id} pt="sm">
          <Text size="sm" mb="sm" maw={600}>
            {t(`start.how.${way.id}`)}
          </Text>
          <Stack gap="md">
            {way.files.map((file, index) => {
              const where = t(`start.where.${way.id}_${index}`, { defaultValue: file.where });
              return (
                <div key={file.where}>
                  {way.files.length > 1 && (
                    <Text size="sm" fw={550} mb={4}>
                      {where}
                    </Text>
                  )}
                  <Copied text={file.text} language={file.language} where={where} />
                </div>
              );
            })}
          </Stack>
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
