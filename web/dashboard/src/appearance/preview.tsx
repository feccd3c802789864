/** The chat as it would look with what is in the form, drawn by the widget itself. */
import { SegmentedControl, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTeam } from '../inbox/reading';
import { initials } from '../show/initials';
import { useHere } from '../show/may';
import classes from './screen.module.css';
import type { Language, Shown, Written } from './settings';

const VIEWS = ['new', 'thread', 'home', 'closed'] as const;
type View = (typeof VIEWS)[number];

interface Drawn {
  update(settings: object): void;
  close(): void;
}
type Draw = (element: HTMLElement, settings: object) => Drawn;

interface Props {
  readonly draft: Written;
  readonly shown: Shown;
  readonly language: Language;
}

export function Preview({ draft, shown, language }: Props) {
  const { t } = useTranslation();
  const here = useHere();
  const team = useTeam();
  const [view, see] = useState<View>('new');
  const box = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn | null>(null);
  const isColour = /^#[0-9a-f]{6}$/i.test(draft.colour);
  const settings = {
    enabled: true,
    name: draft.name ?? here?.name ?? '',
    colour: isColour ? draft.colour : '#888888',
    ink: inkOn(isColour ? draft.colour : '#888888'),
    position: draft.position,
    greeting: draft.greeting[language] || t('appearance.oursShort'),
    about: draft.about[language] ?? '',
    avatar: shown.avatar,
    open: draft.hours === null || shown.open,
    opens_at: shown.opens_at,
    expected_reply: draft.expected_reply,
    team: draft.team.flatMap((id) => {
      const name = team.find((one) => one.id === id)?.name?.split(' ')[0];
      return name ? [{ name, initials: initials(name) }] : [];
    }),
    ask: draft.ask,
    questions: draft.questions.map((one) => ({ ...one, label: one.label[language] ?? one.label[draft.default_language] ?? '', choices: one.choices.map((choice) => choice[language] ?? choice[draft.default_language] ?? '') })),
    files: { ...draft.files, types: [] },
    consent: 'assumed',
    policy_url: '/what-we-collect',
    language,
    languages: draft.languages,
    default_language: draft.default_language,
    sound: false,
    theme: 'auto',
    view,
  };
  const latest = useRef(settings);
  latest.current = settings;
  const said = JSON.stringify(settings);
  useEffect(() => {
    let isOver = false;
    void (import(/* @vite-ignore */ shown.preview ?? '') as Promise<{ preview: Draw }>).then(({ preview }) => {
      if (!isOver && box.current) drawn.current = preview(box.current, latest.current);
    });
    return () => {
      isOver = true;
      drawn.current?.close();
      drawn.current = null;
    };
  }, [shown.preview]);
  useEffect(() => drawn.current?.update(latest.current), [said]);
  return (
    <aside className={classes.preview} aria-label={t('appearance.preview')}>
      <Text size="sm" c="var(--quiet)" mb={8}>
        {t('appearance.preview')}
      </Text>
      <SegmentedControl size="xs" fullWidth aria-label={t('appearance.preview')} data={VIEWS.map((value) => ({ value, label: t(`appearance.views.${value}`) }))} value={view} onChange={(value) => see(value as View)} />
      <div ref={box} className={classes.stage} />
    </aside>
  );
}

/** Black or white, whichever is farther from the colour by WCAG's measure of contrast. */
function inkOn(colour: string): '#000000' | '#ffffff' {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const light = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return (light + 0.05) / 0.05 > 1.05 / (light + 0.05) ? '#000000' : '#ffffff';
}
