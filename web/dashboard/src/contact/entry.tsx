/** One line of what is known: the name of a value, the value, where it is from, and a way to change it. */
import type { ReactNode } from 'react';
import type { Contact, Field } from '../api';
import { Editable, type Shape } from './editable';
import { Origin } from './origin';
import classes from './sections.module.css';

interface Props {
  readonly contact: Contact;
  /** A field's id, or attributes.NAME. */
  readonly name: string;
  readonly label: string;
  readonly field?: Field;
  /** How it is typed; left out where nobody here may write it. */
  readonly shape?: Shape;
  readonly value: unknown;
  readonly children: ReactNode;
}

export function Entry({ contact, name, label, field, shape, value, children }: Props) {
  const from = contact.provenance[name];
  const claimed = name.replace(/^attributes\./, 'attribute.');
  const lost = (contact.claims ?? []).filter((claim) => claim.field === claimed);
  const origin = from && <Origin label={label} from={from} field={field} lost={lost} />;
  return (
    <div className={classes.entry} data-entry={name}>
      <dt className={classes.label}>{label}</dt>
      <dd className={classes.value}>
        {shape ? (
          <Editable contact={contact} name={name} label={label} shape={shape} value={value}>
            <span className={classes.text}>{children}</span>
            {origin}
          </Editable>
        ) : (
          <>
            <span className={classes.text}>{children}</span>
            {origin}
          </>
        )}
      </dd>
    </div>
  );
}
