/** One of many, chosen by a few letters: a button, and the list it opens. */
import { Combobox, useCombobox } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import classes from './picker.module.css';

export interface Option {
  readonly id: string;
  readonly label: string;
  readonly isOn?: boolean;
  readonly mark?: ReactNode;
  /** Said small at its end. */
  readonly hint?: string;
}

interface Props {
  readonly opened: boolean;
  readonly onOpen: (opened: boolean) => void;
  /** What the list is of, for the field in it. */
  readonly label: string;
  readonly nothing: string;
  readonly options: readonly Option[];
  readonly onPick: (id: string) => void;
  /** Several can be chosen: the list stays open. */
  readonly isMany?: boolean;
  /** What is offered for letters that no option has. */
  readonly onMake?: (typed: string) => void;
  readonly makeLabel?: (typed: string) => string;
  /** Letters go to whoever looks the options up. */
  readonly onTyped?: (typed: string) => void;
  readonly children: ReactNode;
}

const MAKE = '+';
const plain = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

export function Picker({ opened, onOpen, label, nothing, options, onPick, isMany = false, onMake, makeLabel, onTyped, children }: Props) {
  const [typed, type] = useState('');
  const store = useCombobox({
    opened,
    onOpenedChange: onOpen,
    onDropdownClose: () => store.resetSelectedOption(),
  });
  const words = plain(typed.trim());
  useEffect(() => {
    if (!opened) return type('');
    // The list is there after the next drawing.
    const timer = setTimeout(() => {
      store.focusSearchInput();
      store.selectFirstOption();
    });
    return () => clearTimeout(timer);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [opened]);
  const found = onTyped ? options : options.filter((one) => plain(one.label).includes(words));
  const mayMake = onMake && words && !options.some((one) => plain(one.label) === words);
  const offered = found.map((one) => one.id).join() + (mayMake ? MAKE : '');
  // Enter takes the first of what the letters leave.
  useEffect(() => {
    if (opened && words) store.selectFirstOption();
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [opened, words, offered]);
  const pick = (id: string) => {
    if (id === MAKE) onMake?.(typed.trim());
    else onPick(id);
    if (isMany) type('');
    else store.closeDropdown();
  };
  return (
    <Combobox store={store} width={260} position="bottom-start" onOptionSubmit={pick} transitionProps={{ duration: 0 }} withinPortal={false}>
      <Combobox.Target withAriaAttributes={false}>{children}</Combobox.Target>
      <Combobox.Dropdown
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          store.closeDropdown();
          store.focusTarget();
        }}
      >
        <Combobox.Search
          size="xs"
          value={typed}
          aria-label={label}
          placeholder={label}
          onChange={(event) => {
            type(event.currentTarget.value);
            onTyped?.(event.currentTarget.value);
          }}
        />
        <Combobox.Options className={classes.options} aria-label={label}>
          {found.map((one) => (
            <Combobox.Option key={one.id} value={one.id} active={one.isOn} className={classes.option}>
              {one.mark}
              <span className={classes.label}>{one.label}</span>
              {one.hint && <small>{one.hint}</small>}
              {one.isOn && <IconCheck size={14} aria-hidden />}
            </Combobox.Option>
          ))}
          {mayMake && (
            <Combobox.Option value={MAKE} className={classes.option}>
              {makeLabel?.(typed.trim())}
            </Combobox.Option>
          )}
          {!found.length && !mayMake && <Combobox.Empty>{nothing}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
