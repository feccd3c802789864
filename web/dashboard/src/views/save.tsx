/** Give a view its name, and say whether the team sees it. */
import { Button, Group, Modal, Stack, Switch, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Asked } from '../contacts/asked';
import type { Layout } from '../contacts/layout';
import { useMay } from '../show/may';
import { useSaveView } from './changing';
import type { View } from './view';

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly asked: Asked;
  readonly layout: Layout;
  /** The one to rename; else a new one is made. */
  readonly view?: View;
}

export function SaveView({ opened, onClose, asked, layout, view }: Props) {
  const { t } = useTranslation();
  const title = t(view ? 'views.rename' : 'views.saveAs');
  return (
    <Modal opened={opened} onClose={onClose} title={title} size="sm" closeButtonProps={{ 'aria-label': t('act.close') }}>
      <Form asked={asked} layout={layout} view={view} onClose={onClose} />
    </Modal>
  );
}

function Form({ asked, layout, view, onClose }: Omit<Props, 'opened'>) {
  const { t } = useTranslation();
  const may = useMay();
  const [name, setName] = useState(view?.name ?? '');
  const [isShared, share] = useState(view?.isShared ?? false);
  const save = useSaveView(asked, layout, view);
  const maySwitch = may('contacts:write') && (!view || view.isMine);
  const done = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ name: name.trim(), isShared }, { onSuccess: onClose });
  };
  return (
    <form onSubmit={done}>
      <Stack gap="sm">
        <TextInput data-autofocus required maxLength={80} label={t('views.name')} value={name} onChange={(event) => setName(event.currentTarget.value)} error={save.error?.message} />
        {!view && <Text size="sm" c="var(--quiet)">{t('views.what')}</Text>}
        {maySwitch && <Switch size="xs" checked={isShared} onChange={(event) => share(event.currentTarget.checked)} label={t('views.share')} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('act.cancel')}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={!name.trim()}>
            {t(view ? 'views.nameAct' : 'views.saveAct')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
