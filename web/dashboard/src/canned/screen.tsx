/** Canned replies: what the team writes often, by the name that brings it. */
import { ActionIcon, Button, Group, Modal, Stack, Text, Textarea, TextInput, Tooltip } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import * as calls from '../inbox/calls';
import { filled, VARIABLES } from '../inbox/filling';
import { cannedQuery } from '../inbox/reading';
import type { Canned } from '../inbox/types';
import { meQuery } from '../session/me';
import { Refusal } from '../session/sign-in';
import classes from '../settings/frame.module.css';
import { SettingsPage, Waiting } from '../settings/page';
import { Failure } from '../shell/states';
import { useHere, useMay } from '../show/may';
import { refused, told, undoable } from '../show/toast';
import own from './screen.module.css';

const LONGEST = 10_000;
const LONGEST_NAME = 40;

export function CannedScreen() {
  const { t } = useTranslation();
  const may = useMay();
  const here = useHere();
  const found = useQuery(cannedQuery);
  const [edited, edit] = useState<Canned | 'new' | null>(null);
  const mayWrite = may('conversations:write');
  return (
    <SettingsPage title={t('settings.part.replies')} text={t('canned.text')} action={mayWrite && <Button onClick={() => edit('new')}>{t('canned.new')}</Button>}>
      {found.isError ? (
        <Failure inside error={found.error} onAgain={() => void found.refetch()} />
      ) : !found.data ? (
        <Waiting label={t('canned.loading')} />
      ) : (
        <>
          {!mayWrite && here && (
            <Text size="sm" mb="sm">
              {t('canned.readOnly', { role: t(`team.role.${here.role}`) })}
            </Text>
          )}
          {found.data.length === 0 ? (
            <>
              <Text fw={550}>{t('canned.empty')}</Text>
              <Text size="sm" c="var(--quiet)">
                {t('canned.emptyText')}
              </Text>
            </>
          ) : (
            <ul className={classes.list}>
              {found.data.map((one) => (
                <Line key={one.id} one={one} mayWrite={mayWrite} onEdit={() => edit(one)} />
              ))}
            </ul>
          )}
        </>
      )}
      {edited && <Editing one={edited === 'new' ? null : edited} onClose={() => edit(null)} />}
    </SettingsPage>
  );
}

function Line({ one, mayWrite, onEdit }: { one: Canned; mayWrite: boolean; onEdit: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const fresh = () => client.invalidateQueries({ queryKey: cannedQuery.queryKey });
  const remove = useMutation({
    mutationFn: () => calls.dropCanned(one.id),
    onSuccess: async () => {
      await fresh();
      undoable(t('canned.removed', { name: one.shortcut }), async () => {
        await calls.keepCanned(null, { shortcut: one.shortcut, text: one.text });
        await fresh();
      });
    },
    onError: (error) => refused(t('canned.remove', { name: one.shortcut }), error),
  });
  return (
    <li className={classes.line}>
      <div>
        <Text size="sm" fw={550}>
          /{one.shortcut}
        </Text>
        <Text size="sm" c="var(--quiet)" className={own.text} lineClamp={3}>
          {one.text}
        </Text>
      </div>
      {mayWrite && (
        <Group gap={4} wrap="nowrap">
          <Tooltip label={t('canned.change', { name: one.shortcut })}>
            <ActionIcon aria-label={t('canned.change', { name: one.shortcut })} onClick={onEdit}>
              <IconPencil size={16} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={t('canned.remove', { name: one.shortcut })}>
            <ActionIcon aria-label={t('canned.remove', { name: one.shortcut })} loading={remove.isPending} onClick={() => remove.mutate()}>
              <IconTrash size={16} />
            </ActionIcon>
          </Tooltip>
        </Group>
      )}
    </li>
  );
}

function Editing({ one, onClose }: { one: Canned | null; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const here = useHere();
  const { data: me } = useQuery(meQuery);
  const [shortcut, setShortcut] = useState(one?.shortcut ?? '');
  const [text, setText] = useState(one?.text ?? '');
  const field = useRef<HTMLTextAreaElement>(null);
  const save = useMutation({
    mutationFn: () => calls.keepCanned(one?.id ?? null, { shortcut, text }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: cannedQuery.queryKey });
      told(t('canned.saved', { name: shortcut }));
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const put = (variable: string) => {
    const at = field.current?.selectionStart ?? text.length;
    setText(`${text.slice(0, at)}{{${variable}}}${text.slice(field.current?.selectionEnd ?? at)}`);
    field.current?.focus();
  };
  const known = { 'contact.name': 'Ada', 'contact.email': 'ada@example.com', 'agent.name': me?.person.name ?? null, 'workspace.name': here?.name ?? null };
  return (
    <Modal opened onClose={onClose} title={one ? t('canned.change', { name: `/${one.shortcut}` }) : t('canned.new')} closeButtonProps={{ 'aria-label': t('act.close') }}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            data-autofocus
            required
            label={t('canned.shortcut')}
            description={t('canned.shortcutText')}
            leftSection="/"
            maxLength={LONGEST_NAME}
            value={shortcut}
            onChange={(event) => setShortcut(event.currentTarget.value.toLowerCase().replace(/\s/g, '-'))}
          />
          <Textarea ref={field} required label={t('canned.body')} autosize minRows={4} maxRows={14} maxLength={LONGEST} value={text} onChange={(event) => setText(event.currentTarget.value)} />
          <div>
            <Text size="xs" c="var(--quiet)" mb={4}>
              {t('canned.variables')}
            </Text>
            <Group gap={6}>
              {VARIABLES.map((name) => (
                <Button key={name} variant="default" size="compact-xs" onClick={() => put(name)}>
                  {t(`canned.variable.${name.replace('.', '_')}`)}
                </Button>
              ))}
            </Group>
          </div>
          {/\{\{/.test(text) && (
            <div>
              <Text size="xs" c="var(--quiet)" mb={4}>
                {t('canned.preview')}
              </Text>
              <Text size="sm" className={own.text}>
                {filled(text, known)}
              </Text>
            </div>
          )}
          <Refusal error={save.error} />
          <Group justify="flex-end" gap={8}>
            <Button type="submit" disabled={!shortcut || !text.trim()} loading={save.isPending}>
              {t('canned.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
