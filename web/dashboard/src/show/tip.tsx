/** What is said on hover in a long list: one notice for all of it. A tooltip for each value would cost
 * more than the values do.
 *
 * Values carry what to say: `data-tip`, a text, or `data-at-moment`, UNIX seconds. */
import { Portal } from '@mantine/core';
import { type PointerEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { exact } from './time';
import classes from './tip.module.css';

const WAIT_MS = 300;

interface Shown {
  readonly words: string;
  readonly x: number;
  readonly y: number;
}

export function useTip() {
  const { i18n } = useTranslation();
  const [shown, show] = useState<Shown | null>(null);
  const over = useRef<Element | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const leave = () => {
    over.current = null;
    clearTimeout(timer.current);
    show(null);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  const onPointerOver = (event: PointerEvent) => {
    const value = (event.target as Element).closest<HTMLElement>('[data-tip], [data-at-moment]');
    if (value === over.current) return;
    if (over.current) leave();
    if (!value) return;
    over.current = value;
    timer.current = setTimeout(() => {
      const { tip, atMoment } = value.dataset;
      const { left, width, bottom } = value.getBoundingClientRect();
      show({ words: tip ?? exact(Number(atMoment), i18n.language), x: left + width / 2, y: bottom + 6 });
    }, WAIT_MS);
  };
  const tip = shown && (
    <Portal>
      <div role="tooltip" className={classes.tip} style={{ left: shown.x, top: shown.y }}>
        {shown.words}
      </div>
    </Portal>
  );
  return { tip, handlers: { onPointerOver, onPointerLeave: leave, onPointerDown: leave, onScroll: shown ? leave : undefined } };
}
