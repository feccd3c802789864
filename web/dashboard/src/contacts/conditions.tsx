/** The conditions of a list as chips, those in brackets together, and the forms that change them. */
import { ActionIcon, Button, Group, Popover, SegmentedControl, Text } from '@mantine/core';
import { IconFilter, IconX } from '@tabler/icons-react';
import { type ReactElement, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Asked, type Condition, isForeign, isGroup, type Part } from './asked';
import { type Askable, useAskable } from './askable';
import { ConditionForm } from './condition-form';
import { useTold } from './told';
import classes from './filters.module.css';

interface Props {
  readonly asked: Asked;
  readonly onAsk: (asked: Asked) => void;
  readonly isAdding: boolean;
  readonly onAdding: (adding: boolean) => void;
}

export function Conditions({ asked, onAsk, isAdding, onAdding }: Props) {
  const { t } = useTranslation();
  const askable = useAskable();
  const where = asked.where ?? [];
  const isAny = asked.any === true;
  const put = (next: readonly Part[]) => onAsk({ ...asked, where: next.length ? next : undefined, any: next.length > 1 ? asked.any : undefined });
  const replace = (index: number, part: Part | null) => put(where.flatMap((one, at) => (at !== index ? [one] : (part ?? []))));
  return (
    <>
      {where.length > 1 && (
        <SegmentedControl
          size="xs"
          aria-label={t('filter.join')}
          value={isAny ? 'any' : 'all'}
          onChange={(value) => onAsk({ ...asked, any: value === 'any' || undefined })}
          data={[
            { value: 'all', label: t('filter.all') },
            { value: 'any', label: t('filter.any') },
          ]}
        />
      )}
      {where.map((part, index) => (
        <Shown key={index} part={part} isAny={isAny} askable={askable} onPut={(next) => replace(index, next)} />
      ))}
      <Asking
        opened={isAdding}
        onOpen={onAdding}
        askable={askable}
        verb={t('filter.apply')}
        onDone={(condition) => put([...where, condition])}
        button={
          <Button variant="subtle" color="gray" leftSection={<IconFilter size={14} aria-hidden />} onClick={() => onAdding(!isAdding)}>
            {t('filter.add')}
          </Button>
        }
      />
    </>
  );
}

interface ShownProps {
  readonly part: Part;
  readonly isAny: boolean;
  readonly askable: readonly Askable[];
  readonly onPut: (part: Part | null) => void;
}

function Shown({ part, isAny, askable, onPut }: ShownProps) {
  const { t } = useTranslation();
  if (isForeign(part)) {
    return (
      <Group gap={0} wrap="nowrap" className={classes.chip}>
        <span className={classes.words}>{t('filter.foreign')}</span>
        <Remove words={t('filter.foreign')} onRemove={() => onPut(null)} />
      </Group>
    );
  }
  if (!isGroup(part)) {
    // Brackets join by the other word: within "all hold", one of these.
    const bracket = (condition: Condition) => onPut({ any: !isAny, where: [part, condition] });
    return <Single condition={part} askable={askable} onPut={onPut} onBracket={bracket} joinedBy={!isAny} />;
  }
  const put = (next: readonly Condition[]) => onPut(next.length > 1 ? { ...part, where: next } : (next[0] ?? null));
  const word = t(part.any ? 'filter.or' : 'filter.and');
  return (
    <Group gap={4} className={classes.group} role="group" aria-label={t(part.any ? 'filter.anyOf' : 'filter.allOf')}>
      {part.where.map((condition, index) => (
        <Group key={index} gap={4} wrap="nowrap">
          {index > 0 && (
            <Text span size="sm" c="var(--quiet)">
              {word}
            </Text>
          )}
          <Single condition={condition} askable={askable} onPut={(next) => put(part.where.flatMap((one, at) => (at !== index ? [one] : (next ?? []))))} />
        </Group>
      ))}
      <More word={word} askable={askable} onDone={(condition) => put([...part.where, condition])} />
    </Group>
  );
}

interface SingleProps {
  readonly condition: Condition;
  readonly askable: readonly Askable[];
  readonly onPut: (condition: Condition | null) => void;
  /** Puts it in brackets with another one. */
  readonly onBracket?: (condition: Condition) => void;
  readonly joinedBy?: boolean;
}

function Single({ condition, askable, onPut, onBracket, joinedBy }: SingleProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [isBracketing, bracketing] = useState(false);
  const words = useTold(askable)(condition);
  const close = (isOpen: boolean) => {
    setOpen(isOpen);
    bracketing(false);
  };
  return (
    <Asking
      opened={open}
      onOpen={close}
      askable={askable}
      key={isBracketing ? 'bracket' : 'change'}
      start={isBracketing ? undefined : condition}
      verb={t(isBracketing ? 'filter.apply' : 'filter.change')}
      onDone={(next) => (isBracketing ? onBracket?.(next) : onPut(next))}
      more={
        onBracket && !isBracketing ? (
          <Button variant="subtle" onClick={() => bracketing(true)}>
            {t(joinedBy ? 'filter.orAnother' : 'filter.andAnother')}
          </Button>
        ) : undefined
      }
      className={classes.chip}
      button={
        <button type="button" className={classes.words} onClick={() => setOpen(!open)}>
          {words}
        </button>
      }
      beside={<Remove words={words} onRemove={() => onPut(null)} />}
    />
  );
}

function More({ word, askable, onDone }: { word: string; askable: readonly Askable[]; onDone: (condition: Condition) => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <Asking
      opened={open}
      onOpen={setOpen}
      askable={askable}
      verb={t('filter.apply')}
      onDone={onDone}
      button={
        <Button variant="subtle" color="gray" px={6} onClick={() => setOpen(!open)}>
          {t('filter.more', { word })}
        </Button>
      }
    />
  );
}

function Remove({ words, onRemove }: { words: string; onRemove: () => void }) {
  const { t } = useTranslation();
  return (
    <ActionIcon size={24} aria-label={t('filter.remove', { words })} onClick={onRemove}>
      <IconX size={12} />
    </ActionIcon>
  );
}

interface AskingProps {
  readonly opened: boolean;
  readonly onOpen: (opened: boolean) => void;
  readonly askable: readonly Askable[];
  readonly start?: Condition;
  readonly verb: string;
  readonly onDone: (condition: Condition) => void;
  /** What opens the form, and what stands beside it. */
  readonly button: ReactElement;
  readonly beside?: ReactNode;
  readonly className?: string;
  readonly more?: ReactNode;
}

function Asking({ opened, onOpen, askable, start, verb, onDone, button, beside, className, more }: AskingProps) {
  const form = (
    <Popover opened={opened} onChange={onOpen} trapFocus position="bottom-start" width={300}>
      <Popover.Target>{button}</Popover.Target>
      <Popover.Dropdown p="sm" aria-label={verb}>
        <ConditionForm
          askable={askable}
          start={start}
          verb={verb}
          more={more}
          onDone={(condition) => {
            onOpen(false);
            onDone(condition);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
  if (!beside) return form;
  return (
    <Group gap={0} wrap="nowrap" className={className}>
      {form}
      {beside}
    </Group>
  );
}
