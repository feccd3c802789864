/** The tags of a contact on its screen: added by typing, taken away, and either undone. */
import { Button, Popover } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconTag } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { api, body, type Contact, contactQuery } from '../api';
import { useShortcut } from '../shell/shortcuts';
import { useMay } from '../show/may';
import { exact } from '../show/time';
import { refused, undoable } from '../show/toast';
import { TagChip } from './chip';
import classes from './chip.module.css';
import { TagPicker } from './picker';
import type { Tag } from './query';

interface Change {
  readonly tag: Pick<Tag, 'id' | 'name' | 'colour'>;
  readonly isGiven: boolean;
}

function send(id: string, { tag, isGiven }: Change) {
  const path = { params: { path: { contact_id: id, tag_id: tag.id } } };
  const at = '/api/contacts/{contact_id}/tags/{tag_id}';
  return body(isGiven ? api.PUT(at, path) : api.DELETE(at, path));
}

function useTagging(contact: Contact) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const key = contactQuery(contact.id).queryKey;
  const put = (fresh: Contact | undefined) => {
    client.setQueryData(key, fresh);
    for (const queryKey of [['contacts'], ['count'], ['history', contact.id]]) void client.invalidateQueries({ queryKey });
  };
  return useMutation({
    mutationFn: (change: Change) => send(contact.id, change),
    onMutate: async ({ tag, isGiven }) => {
      await client.cancelQueries({ queryKey: key });
      const before = client.getQueryData(key);
      client.setQueryData(key, (held) => {
        if (!held) return held;
        const others = held.tags.filter((one) => one.id !== tag.id);
        const given = { ...tag, given_at: Math.floor(Date.now() / 1000) };
        return { ...held, tags: isGiven ? [...others, given].sort((one, other) => one.name.localeCompare(other.name)) : others };
      });
      return { before };
    },
    onError: (error, _, kept) => {
      client.setQueryData(key, kept?.before);
      refused(t('tags.failed'), error);
    },
    onSuccess: (fresh, { tag, isGiven }) => {
      put(fresh);
      undoable(t(isGiven ? 'tags.given' : 'tags.taken', { name: tag.name }), async () => put(await send(contact.id, { tag, isGiven: !isGiven })));
    },
  });
}

export function TagsOfContact({ contact }: { contact: Contact }) {
  const { t, i18n } = useTranslation();
  const mayWrite = useMay()('contacts:write');
  const [isOpen, open] = useDisclosure(false);
  const button = useRef<HTMLButtonElement>(null);
  const tagging = useTagging(contact);
  useShortcut('t', t('tags.add'), () => mayWrite && open.open());
  if (!mayWrite && contact.tags.length === 0) return null;
  const close = () => {
    open.close();
    button.current?.focus();
  };
  const away = (tag: Contact['tags'][number]) => {
    tagging.mutate({ tag, isGiven: false });
    button.current?.focus(); // the button that had it is gone
  };
  return (
    <div className={classes.own} role="group" aria-label={t('tags.title')}>
      {contact.tags.map((tag) => (
        <TagChip
          key={tag.id}
          tag={tag}
          title={t('tags.since', { time: exact(tag.given_at, i18n.language) })}
          {...(mayWrite ? { away: t('tags.away', { name: tag.name }), onAway: () => away(tag) } : {})}
        />
      ))}
      {mayWrite && (
        <Popover opened={isOpen} onChange={(opened) => !opened && open.close()} trapFocus position="bottom-start" width={240}>
          <Popover.Target>
            <Button ref={button} variant="subtle" color="gray" size="compact-xs" h={24} leftSection={<IconTag size={14} aria-hidden />} onClick={open.toggle}>
              {t('tags.add')}
            </Button>
          </Popover.Target>
          <Popover.Dropdown p={8} aria-label={t('tags.add')}>
            <TagPicker
              label={t('tags.add')}
              makes
              except={new Set(contact.tags.map(({ id }) => id))}
              onClose={close}
              onPick={(tag) => {
                close();
                tagging.mutate({ tag, isGiven: true });
              }}
            />
          </Popover.Dropdown>
        </Popover>
      )}
    </div>
  );
}
