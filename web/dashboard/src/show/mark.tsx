/** The one small mark that says what a value is worth, the same wherever a value stands. */
import { IconCircleCheck, IconMapPinQuestion, IconMathFunction, IconQuoteFilled } from '@tabler/icons-react';
import classes from './mark.module.css';
import type { Standing } from './standing';

const MARKS = {
  approximate: IconMapPinQuestion,
  derived: IconMathFunction,
  verified: IconCircleCheck,
  claimed: IconQuoteFilled,
};

export function Mark({ standing }: { standing: Standing }) {
  const Icon = standing === 'observed' ? null : MARKS[standing];
  return (
    <span className={classes.mark} data-mark={standing} aria-hidden>
      {Icon ? <Icon size={14} /> : <span className={classes.dot} />}
    </span>
  );
}
