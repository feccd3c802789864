/** The edge of a column, to be dragged or moved by the arrow keys; Home gives the usual width back.
 *
 * All edges are one stop of the Tab key: up and down lead from one to the next.
 */
import type { KeyboardEvent, PointerEvent } from 'react';
import classes from './resizer.module.css';

const STEP_PX = 16;
const LEAST_PX = 60;
const MOST_PX = 900;

interface Props {
  readonly label: string;
  readonly width: number;
  readonly isFirst: boolean;
  /** null: the usual width. */
  readonly onWidth: (pixels: number | null) => void;
}

export function Resizer({ label, width, isFirst, onWidth }: Props) {
  const put = (pixels: number) => onWidth(Math.round(Math.max(LEAST_PX, Math.min(MOST_PX, pixels))));
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    event.preventDefault();
    const edge = event.currentTarget;
    const from = event.clientX;
    const before = edge.parentElement!.offsetWidth;
    edge.setPointerCapture(event.pointerId);
    edge.onpointermove = (moved) => put(before + moved.clientX - from);
    edge.onlostpointercapture = () => {
      edge.onpointermove = null;
    };
  };
  const key = (event: KeyboardEvent<HTMLDivElement>) => {
    const to = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (to !== undefined) {
      const edges = [...event.currentTarget.closest('[role=row]')!.querySelectorAll<HTMLElement>('[role=separator]')];
      edges[edges.indexOf(event.currentTarget) + to]?.focus();
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const by = { ArrowLeft: -STEP_PX, ArrowRight: STEP_PX }[event.key];
    if (by === undefined && event.key !== 'Home') return;
    event.preventDefault();
    event.stopPropagation(); // the arrows of the table are for rows
    if (by === undefined) onWidth(null);
    else put(width + by);
  };
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={width}
      aria-valuemin={LEAST_PX}
      aria-valuemax={MOST_PX}
      tabIndex={isFirst ? 0 : -1}
      className={classes.edge}
      onPointerDown={drag}
      onDoubleClick={() => onWidth(null)}
      onKeyDown={key}
    />
  );
}
