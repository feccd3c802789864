/** A value of the catalogue as people read it. */
import { Text, Tooltip } from '@mantine/core';
import { useContext } from 'react';
import type { Field } from '../api';
import { isUnknown, plain, withoutHost } from './plain';
import { Moment } from './time';
import { Tipped } from './tipped';
import { useTongue } from './tongue';
import classes from './written.module.css';

export { withoutHost } from './plain';

interface Props {
  readonly field: Field;
  readonly value: unknown;
  /** In a table: one line. */
  readonly short?: boolean;
}

export function Written({ field, value, short = false }: Props) {
  const { language, word } = useTongue();
  const isTipped = useContext(Tipped);
  if (isUnknown(value)) return <Unknown field={field.id} />;
  if (field.type === 'time') return <Moment at={value as number} />;
  if (field.type === 'url' && short) {
    return (
      <span data-tip={String(value)} title={isTipped ? undefined : String(value)}>
        {withoutHost(String(value))}
      </span>
    );
  }
  return <>{plain(field, value, language, (one) => word(`value.${one}`))}</>;
}

/** An em dash that says on hover why there is nothing. */
export function Unknown({ field }: { field: string }) {
  const { word } = useTongue();
  const reason = word(`unknown.${field}`) ?? word('unknown.any') ?? '';
  const isTipped = useContext(Tipped);
  if (isTipped) {
    return (
      <span className={classes.unknown} role="img" aria-label={reason} data-tip={reason}>
        —
      </span>
    );
  }
  return (
    <Tooltip label={reason}>
      <Text span c="var(--quiet)" inherit aria-label={reason}>
        —
      </Text>
    </Tooltip>
  );
}
