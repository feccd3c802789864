/** Who the chat speaks for, in which colour and where, and what it says first. */
import { ActionIcon, Avatar, Button, ColorSwatch, FileButton, Group, MultiSelect, Radio, SegmentedControl, Select, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useTeam } from '../inbox/reading';
import { Refusal } from '../session/sign-in';
import { Section } from '../settings/page';
import { useHere } from '../show/may';
import { initials } from '../show/initials';
import type { Part } from './part';
import { chatQuery, dropAvatar, type Language, LANGUAGES, putAvatar, type Shown } from './settings';

const SHOWN_TEAM = 3;
const LONGEST = { name: 60, greeting: 200, about: 300 };
const PICTURES = 'image/png,image/jpeg,image/gif,image/webp';
const COLOURS = ['#1f6feb', '#0f766e', '#15803d', '#b45309', '#be123c', '#7c3aed', '#111827'];

interface Props extends Part {
  readonly shown: Shown;
  /** The one in which texts are written and shown. */
  readonly language: Language;
  readonly onLanguage: (language: Language) => void;
}

export function Looks({ draft, change, isLocked, shown, language: spoken, onLanguage: speak }: Props) {
  const { t } = useTranslation();
  const here = useHere();
  const team = useTeam();
  const languages = draft.languages.map((one) => ({ value: one, label: LANGUAGES[one] }));
  return (
    <>
      <Stack gap="md" maw={480}>
        <Switch size="sm" checked={draft.enabled} disabled={isLocked} onChange={(event) => change({ enabled: event.currentTarget.checked })} label={<Said title={t('appearance.enabled')} text={t('appearance.enabledText')} />} />
        <TextInput label={t('appearance.name')} description={t('appearance.nameText')} placeholder={here?.name} maxLength={LONGEST.name} readOnly={isLocked} value={draft.name ?? ''} onChange={(event) => change({ name: event.currentTarget.value || null })} />
        <Picture shown={shown} name={draft.name ?? here?.name ?? ''} isLocked={isLocked} />
        <div>
          <Group gap={8} align="flex-end">
            <TextInput
              label={t('appearance.colour')}
              w={120}
              maxLength={7}
              readOnly={isLocked}
              value={draft.colour}
              leftSection={<ColorSwatch color={/^#[0-9a-f]{6}$/i.test(draft.colour) ? draft.colour : '#888888'} size={14} />}
              onChange={(event) => change({ colour: event.currentTarget.value })}
            />
            {!isLocked && COLOURS.map((colour) => (
              <ColorSwatch key={colour} component="button" type="button" color={colour} size={24} aria-label={colour} aria-pressed={draft.colour === colour} mb={3} onClick={() => change({ colour })} />
            ))}
          </Group>
          <Text size="xs" c="var(--quiet)" mt={4}>
            {t('appearance.colourText')}
          </Text>
        </div>
        <Radio.Group label={t('appearance.position')} value={draft.position} onChange={(value) => change({ position: value as Part['draft']['position'] })}>
          <Group gap="md" mt={6}>
            <Radio size="xs" value="right" disabled={isLocked} label={t('appearance.right')} />
            <Radio size="xs" value="left" disabled={isLocked} label={t('appearance.left')} />
          </Group>
        </Radio.Group>
        <MultiSelect
          size="xs"
          label={t('appearance.team')}
          description={t('appearance.teamText')}
          maxValues={SHOWN_TEAM}
          readOnly={isLocked}
          data={team.map((one) => ({ value: one.id, label: one.name ?? '' }))}
          value={[...draft.team]}
          onChange={(value) => change({ team: value })}
        />
      </Stack>
      <Section title={t('appearance.words')} text={t('appearance.wordsText')}>
        <Stack gap="md" maw={480}>
          <MultiSelect
            size="xs"
            label={t('appearance.languages')}
            readOnly={isLocked}
            data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
            value={[...draft.languages]}
            onChange={(value) => {
              const next = value as Language[];
              const first = next[0];
              if (first) change({ languages: next, default_language: next.includes(draft.default_language) ? draft.default_language : first });
            }}
          />
          <Select size="xs" label={t('appearance.default')} allowDeselect={false} readOnly={isLocked} data={languages} value={draft.default_language} onChange={(value) => value && change({ default_language: value as Language })} />
          {languages.length > 1 &&
            (languages.length <= 4 ? (
              <SegmentedControl size="xs" aria-label={t('appearance.textsIn')} data={languages} value={spoken} onChange={(value) => speak(value as Language)} />
            ) : (
              <Select size="xs" label={t('appearance.textsIn')} allowDeselect={false} data={languages} value={spoken} onChange={(value) => value && speak(value as Language)} />
            ))}
          <TextInput label={t('appearance.greeting')} description={t('appearance.ours')} maxLength={LONGEST.greeting} readOnly={isLocked} lang={spoken} dir="auto" value={draft.greeting[spoken] ?? ''} onChange={(event) => change({ greeting: { ...draft.greeting, [spoken]: event.currentTarget.value } })} />
          <Textarea size="xs" autosize minRows={2} label={t('appearance.about')} description={t('appearance.ours')} maxLength={LONGEST.about} readOnly={isLocked} lang={spoken} dir="auto" value={draft.about[spoken] ?? ''} onChange={(event) => change({ about: { ...draft.about, [spoken]: event.currentTarget.value } })} />
        </Stack>
      </Section>
    </>
  );
}

function Said({ title, text }: { title: string; text: string }) {
  return (
    <>
      {title}
      <Text size="xs" c="var(--quiet)">
        {text}
      </Text>
    </>
  );
}

function Picture({ shown, name, isLocked }: { shown: Shown; name: string; isLocked: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  // The picture is kept at once: what is being written in the form stays as it is.
  const keep = (fresh: Shown) => client.setQueryData(chatQuery.queryKey, (old) => old && { ...old, avatar: fresh.avatar });
  const set = useMutation({ mutationFn: putAvatar, onSuccess: keep });
  const drop = useMutation({ mutationFn: dropAvatar, onSuccess: keep });
  return (
    <div>
      <Text size="xs" fw={500} mb={4}>
        {t('appearance.picture')}
      </Text>
      <Group gap="sm">
        <Avatar src={shown.avatar} size={40} radius="xl" alt={t('appearance.picture')}>
          {initials(name || '?')}
        </Avatar>
        {!isLocked && (
          <>
            <FileButton accept={PICTURES} onChange={(file) => file && set.mutate(file)}>
              {(props) => (
                <Button {...props} variant="default" loading={set.isPending}>
                  {t('appearance.choosePicture')}
                </Button>
              )}
            </FileButton>
            {shown.avatar && (
              <ActionIcon aria-label={t('appearance.dropPicture')} loading={drop.isPending} onClick={() => drop.mutate()}>
                <IconTrash size={16} />
              </ActionIcon>
            )}
          </>
        )}
      </Group>
      <Refusal error={set.error ?? drop.error} />
    </div>
  );
}
