/** The tags of the workspace: make, rename and colour them, and remove one with all that have it. */
import { ActionIcon, Button, Group, Modal, Radio, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, body } from '../api';
import { Refusal } from '../session/sign-in';
import classes from '../settings/frame.module.css';
import { SettingsPage, Waiting } from '../settings/page';
import { Failure } from '../shell/states';
import { useMay } from '../show/may';
import { told } from '../show/toast';
import { Dot, TagChip } from './chip';
import { COLOURS, type Colour, type Tag, tagsQuery } from './query';

const COUNTED = [...tagsQuery.queryKey, 'counted'];
type Doing = { readonly what: 'make' } | { readonly what: 'change' | 'remove'; readonly tag: Tag };

export function TagsScreen() {
  const { t, i18n } = useTranslation();
  const may = useMay();
  const [doing, begin] = useState<Doing | null>(null);
  const tags = useQuery({ queryKey: COUNTED, queryFn: () => body(api.GET('/api/tags', { params: { query: { counted: true } } })) });
  const number = (count = 0) => count.toLocaleString(i18n.language);
  const end = () => begin(null);
  const action = may('contacts:write') && <Button onClick={() => begin({ what: 'make' })}>{t('tags.new')}</Button>;
  return (
    <SettingsPage title={t('settings.part.tags')} text={t('tags.text')} action={action}>
      {tags.isError ? (
        <Failure inside error={tags.error} onAgain={() => void tags.refetch()} />
      ) : !tags.data ? (
        <Waiting label={t('tags.loading')} />
      ) : tags.data.items.length === 0 ? (
        <Text c="var(--quiet)" maw={600}>
          {t(may('contacts:write') ? 'tags.empty' : 'tags.emptyForAll')}
        </Text>
      ) : (
        <ul className={classes.list}>
          {tags.data.items.map((tag) => (
            <li key={tag.id} className={classes.line}>
              <div>
                <TagChip tag={tag} />
                <Text size="sm" c="var(--quiet)" mt={2}>
                  <Link to="/contacts" search={{ where: [{ field: 'tags', op: 'eq', value: tag.id }] }} className={classes.plain}>
                    {t('contacts.count', { count: tag.contacts ?? 0, number: number(tag.contacts) })}
                  </Link>
                  {' · '}
                  {t('tags.conversations', { count: tag.conversations ?? 0, number: number(tag.conversations) })}
                </Text>
              </div>
              {may('settings:write') && (
                <Group gap={4} wrap="nowrap">
                  <Act label={t('tags.change', { name: tag.name })} icon={<IconPencil size={16} />} onAct={() => begin({ what: 'change', tag })} />
                  <Act label={t('tags.remove', { name: tag.name })} icon={<IconTrash size={16} />} onAct={() => begin({ what: 'remove', tag })} />
                </Group>
              )}
            </li>
          ))}
        </ul>
      )}
      {doing && doing.what !== 'remove' && <Writing tag={doing.what === 'change' ? doing.tag : null} onEnd={end} />}
      {doing?.what === 'remove' && <Removing tag={doing.tag} onEnd={end} />}
    </SettingsPage>
  );
}

function Act({ label, icon, onAct }: { label: string; icon: React.ReactNode; onAct: () => void }) {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} onClick={onAct}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

function useAnew() {
  const client = useQueryClient();
  return () => {
    // Tags are shown with contacts too.
    for (const queryKey of [tagsQuery.queryKey, ['contacts'], ['contact'], ['count']]) void client.invalidateQueries({ queryKey });
  };
}

/** A new tag, or another name and colour for one. */
function Writing({ tag, onEnd }: { tag: Tag | null; onEnd: () => void }) {
  const { t } = useTranslation();
  const anew = useAnew();
  const [name, setName] = useState(tag?.name ?? '');
  const [colour, setColour] = useState<Colour | null>(tag?.colour ?? null);
  const save = useMutation({
    mutationFn: () =>
      body(
        tag
          ? api.PATCH('/api/tags/{tag_id}', { params: { path: { tag_id: tag.id } }, body: { name, ...(colour ? { colour } : {}) } })
          : api.POST('/api/tags', { body: { name, colour } }),
      ),
    onSuccess: (saved) => {
      anew();
      told(t(tag ? 'tags.changed' : 'tags.made', { name: saved.name }));
      onEnd();
    },
  });
  const done = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Modal opened onClose={onEnd} title={t(tag ? 'tags.changeTitle' : 'tags.new')} size="sm" closeButtonProps={{ 'aria-label': t('act.close') }}>
      <form onSubmit={done}>
        <Stack gap="md">
          <TextInput data-autofocus label={t('tags.name')} description={t('tags.rule')} required maxLength={40} value={name} onChange={(event) => setName(event.currentTarget.value)} />
          <Radio.Group label={t('tags.colour')} value={colour ?? ''} onChange={(value) => setColour(value as Colour)}>
            <Group gap="sm" mt={4}>
              {COLOURS.map((one) => (
                <Radio
                  key={one}
                  size="xs"
                  value={one}
                  label={
                    <Group gap={6} wrap="nowrap" component="span">
                      <Dot colour={one} />
                      {t(`tags.colours.${one}`)}
                    </Group>
                  }
                />
              ))}
            </Group>
          </Radio.Group>
          <Refusal error={save.error} />
          <Group justify="flex-end" gap={8}>
            <Button variant="default" onClick={onEnd}>
              {t('act.close')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t('settings.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Removing({ tag, onEnd }: { tag: Tag; onEnd: () => void }) {
  const { t, i18n } = useTranslation();
  const anew = useAnew();
  const remove = useMutation({
    mutationFn: () => api.DELETE('/api/tags/{tag_id}', { params: { path: { tag_id: tag.id } } }),
    onSuccess: () => {
      anew();
      told(t('tags.removed', { name: tag.name }));
      onEnd();
    },
  });
  const number = (count = 0) => count.toLocaleString(i18n.language);
  const contacts = t('contacts.count', { count: tag.contacts ?? 0, number: number(tag.contacts) });
  const conversations = t('tags.conversations', { count: tag.conversations ?? 0, number: number(tag.conversations) });
  return (
    <Modal opened onClose={onEnd} title={t('tags.removeTitle', { name: tag.name })} size="sm" closeButtonProps={{ 'aria-label': t('act.close') }}>
      <Stack gap="md">
        <Text size="sm">{t('tags.removeText', { contacts, conversations })}</Text>
        <Refusal error={remove.error} />
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onEnd} data-autofocus>
            {t('act.keep')}
          </Button>
          <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
            {t('tags.removeAct')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
