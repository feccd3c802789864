/** One row of the list. It is drawn anew only where something of it is another: live, many change in
 * a second, and a list that is scrolled shows many new ones in a frame. So it is made of plain
 * elements, and what is said on hover is the table's affair. */
import { memo, type MouseEvent, type ReactNode } from 'react';
import type { Contact } from '../api';
import type { Row } from '../live/rows';
import { useTongue } from '../show/tongue';
import type { Column } from './columns';
import classes from './table.module.css';

/** What a row tells the table; the same object as long as the table is there. */
export interface Hand {
  readonly open: (index: number) => void;
  readonly move: (index: number) => void;
  readonly pick: (index: number, reach: boolean) => void;
}

interface Props {
  readonly contact: Contact;
  readonly columns: readonly Column[];
  readonly index: number;
  /** Pixels from the first row to this one, and how tall it is. */
  readonly start: number;
  readonly size: number;
  readonly template: string;
  readonly isAt: boolean;
  readonly isReached: boolean;
  readonly isPicked: boolean;
  readonly hand: Hand;
}

const Cell = memo(({ show, contact }: { show: Column['show']; contact: Contact }): ReactNode => show(contact));

export const ContactRow = memo(({ contact, columns, index, start, size, template, isAt, isReached, isPicked, hand }: Props) => {
  const { word } = useTongue();
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) event.stopPropagation(); // a tab of its own
    else event.preventDefault(); // the row opens it
  };
  return (
    <div
      role="row"
      className={classes.row}
      style={{ transform: `translateY(${start}px)`, height: size, gridTemplateColumns: template }}
      aria-rowindex={index + 2}
      data-at={isAt || undefined}
      data-picked={isPicked || undefined}
      data-left={(contact as Row).left}
      onClick={() => hand.open(index)}
    >
      <div role="cell" className={classes.pick} onClick={(event) => event.stopPropagation()}>
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={word('pick.one')?.replace('{{name}}', () => contact.display_name)}
          checked={isPicked}
          onChange={(event) => hand.pick(index, (event.nativeEvent as globalThis.MouseEvent).shiftKey)}
        />
      </div>
      {columns.map((column, place) => (
        <div key={column.id} role="cell" className={classes.cell}>
          {place === 0 ? (
            <a href={`/contacts/${contact.id}`} className={classes.link} tabIndex={isReached ? 0 : -1} onFocus={() => hand.move(index)} onClick={follow}>
              <Cell show={column.show} contact={contact} />
            </a>
          ) : (
            <Cell show={column.show} contact={contact} />
          )}
        </div>
      ))}
    </div>
  );
});

/** A row that is not loaded yet. */
export const GhostRow = memo(({ columns, index, start, size, template }: Pick<Props, 'columns' | 'index' | 'start' | 'size' | 'template'>) => (
  <div role="row" className={classes.row} style={{ transform: `translateY(${start}px)`, height: size, gridTemplateColumns: template }} aria-hidden>
    <div role="cell" />
    {columns.map((column) => (
      <div key={column.id} role="cell" className={classes.cell}>
        <span className={classes.ghost} style={{ width: `${45 + ((index * 17 + column.width) % 40)}%` }} />
      </div>
    ))}
  </div>
));
