/** What is asked of a visitor, what they may send, and how they hear of an answer. */
import { ActionIcon, Button, Group, NumberInput, Radio, Select, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useDeclared } from '../contact/attributes';
import { Section } from '../settings/page';
import classes from './screen.module.css';
import type { Part } from './part';
import type { Question } from './settings';

const MOST = 8;
const MEBIBYTE = 1024 * 1024;
const LONGEST_LABEL = 120;

export function Asking({ draft, change, isLocked, mailReady }: Part & { mailReady: boolean }) {
  const { t } = useTranslation();
  const { questions } = draft;
  const set = (index: number, next: Question | null) => change({ questions: questions.flatMap((one, at) => (at === index ? (next ? [next] : []) : [one])) });
  const add = () => {
    const taken = new Set(questions.map((one) => one.id));
    const free = Array.from({ length: MOST + 1 }, (_, index) => `question_${index + 1}`).find((id) => !taken.has(id)) ?? 'question';
    change({ questions: [...questions, { id: free, label: {}, type: 'text', choices: [], required: false, to: 'message' }] });
  };
  return (
    <>
      <Section title={t('appearance.asking')} text={t('appearance.askingText')}>
        <Stack gap="md" maw={480}>
          <Radio.Group label={t('appearance.askEmail')} value={draft.ask} onChange={(value) => change({ ask: value as Part['draft']['ask'] })}>
            <Stack gap={8} mt={6}>
              {(['offline', 'always', 'never'] as const).map((value) => (
                <Radio key={value} size="xs" value={value} disabled={isLocked} label={t(`appearance.ask.${value}`)} />
              ))}
            </Stack>
          </Radio.Group>
          {questions.map((one, index) => (
            <Asked key={one.id} one={one} number={index + 1} language={draft.default_language} isLocked={isLocked} onChange={(next) => set(index, next)} />
          ))}
          {!isLocked && questions.length < MOST && (
            <Group>
              <Button variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={add}>
                {t('appearance.addQuestion')}
              </Button>
            </Group>
          )}
        </Stack>
      </Section>
      <Section title={t('appearance.files')} text={t('appearance.filesText')}>
        <Stack gap="md" maw={480}>
          <Switch size="xs" checked={draft.files.enabled} disabled={isLocked} label={t('appearance.filesOn')} onChange={(event) => change({ files: { ...draft.files, enabled: event.currentTarget.checked } })} />
          {draft.files.enabled && (
            <NumberInput size="xs" w={180} min={1} max={25} allowDecimal={false} readOnly={isLocked} label={t('appearance.filesMost')} suffix=" MiB" value={Math.max(1, Math.round(draft.files.max_bytes / MEBIBYTE))} onChange={(value) => change({ files: { ...draft.files, max_bytes: Math.max(1, Number(value) || 1) * MEBIBYTE } })} />
          )}
        </Stack>
      </Section>
      <Section title={t('appearance.mail')} text={t('appearance.mailText')}>
        <Stack gap="md" maw={480}>
          {!mailReady && (
            <Text size="sm" role="note">
              {t('appearance.mailNotReady')}
            </Text>
          )}
          <Switch size="xs" checked={draft.reply_mail} disabled={isLocked} label={t('appearance.mailOn')} onChange={(event) => change({ reply_mail: event.currentTarget.checked })} />
          {draft.reply_mail && (
            <NumberInput size="xs" w={180} min={1} max={1440} allowDecimal={false} readOnly={isLocked} label={t('appearance.mailAfter')} suffix={` ${t('appearance.minutes')}`} value={draft.reply_mail_minutes} onChange={(value) => change({ reply_mail_minutes: Number(value) || 1 })} />
          )}
        </Stack>
      </Section>
    </>
  );
}

interface AskedProps {
  readonly one: Question;
  readonly number: number;
  readonly language: Part['draft']['default_language'];
  readonly isLocked: boolean;
  readonly onChange: (next: Question | null) => void;
}

/** In the default language: other languages fall back on it. */
function Asked({ one, number, language, isLocked, onChange }: AskedProps) {
  const { t } = useTranslation();
  const declared = useDeclared();
  const targets = [
    { value: 'message', label: t('appearance.goes.message') },
    { value: 'name', label: t('appearance.goes.name') },
    ...declared.filter(({ shape }) => shape === 'text').map(({ name }) => ({ value: `attribute.${name}`, label: t('appearance.goes.attribute', { name }) })),
  ];
  return (
    <fieldset className={classes.question}>
      <legend>{t('appearance.question', { number })}</legend>
      <Stack gap="sm">
        <Group gap={8} wrap="nowrap" align="flex-end">
          <TextInput flex={1} required label={t('appearance.label')} maxLength={LONGEST_LABEL} readOnly={isLocked} value={one.label[language] ?? ''} onChange={(event) => onChange({ ...one, label: { ...one.label, [language]: event.currentTarget.value } })} />
          {!isLocked && (
            <ActionIcon aria-label={t('appearance.dropQuestion', { number })} onClick={() => onChange(null)}>
              <IconTrash size={16} />
            </ActionIcon>
          )}
        </Group>
        <Group gap="sm" grow>
          <Select size="xs" label={t('appearance.type')} allowDeselect={false} readOnly={isLocked} data={(['text', 'email', 'choice'] as const).map((value) => ({ value, label: t(`appearance.types.${value}`) }))} value={one.type} onChange={(type) => onChange({ ...one, type: type as Question['type'], choices: type === 'choice' ? one.choices : [], to: type === 'email' ? 'email' : one.to === 'email' ? 'message' : one.to })} />
          {one.type !== 'email' && <Select size="xs" label={t('appearance.goesTo')} allowDeselect={false} readOnly={isLocked} data={targets} value={one.to} onChange={(to) => to && onChange({ ...one, to })} />}
        </Group>
        {one.type === 'choice' && (
          <Textarea size="xs" required autosize minRows={2} label={t('appearance.choices')} description={t('appearance.choicesText')} readOnly={isLocked} value={one.choices.map((choice) => choice[language] ?? '').join('\n')} onChange={(event) => onChange({ ...one, choices: event.currentTarget.value.split('\n').map((text) => ({ [language]: text })) })} />
        )}
        <Switch size="xs" checked={one.required} disabled={isLocked} label={t('appearance.required')} onChange={(event) => onChange({ ...one, required: event.currentTarget.checked })} />
      </Stack>
    </fieldset>
  );
}
