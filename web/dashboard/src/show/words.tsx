/** The field for words to look for: what is typed is asked for soon, and the address may change it too. */
import { ActionIcon, TextInput, Tooltip } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useShortcut } from '../shell/shortcuts';

const SOON_MS = 200;

interface Props {
  readonly words: string;
  readonly onWords: (words: string) => void;
  readonly label: string;
  /** What the sheet of keys says of `/`. */
  readonly shortcut: string;
  /** Pixels; as wide as its place where it is not given. */
  readonly width?: number;
}

export function Words({ words, onWords, label, shortcut, width }: Props) {
  const { t } = useTranslation();
  const [typed, type] = useState(words);
  const field = useRef<HTMLInputElement>(null);
  const sent = useRef(words);
  const send = (next: string) => {
    sent.current = next;
    onWords(next);
  };
  const soon = useDebouncedCallback(send, SOON_MS);
  // The address changed by another hand: by the back button, or by "show all".
  useEffect(() => {
    if (words === sent.current) return;
    sent.current = words;
    type(words);
  }, [words]);
  useShortcut('/', shortcut, () => field.current?.select());
  const clear = () => {
    type('');
    soon.cancel();
    send('');
  };
  return (
    <TextInput
      ref={field}
      w={width}
      type="search"
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={14} aria-hidden />}
      rightSection={
        typed && (
          <Tooltip label={t('act.clear')}>
            <ActionIcon size={22} aria-label={t('act.clear')} onClick={clear}>
              <IconX size={12} />
            </ActionIcon>
          </Tooltip>
        )
      }
      value={typed}
      onChange={(event) => {
        type(event.currentTarget.value);
        soon(event.currentTarget.value.trim());
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        if (typed) clear();
        else field.current?.blur();
      }}
    />
  );
}
