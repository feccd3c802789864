/** The fields of the catalogue in its sections, each with its value and the value's origin. */
import { Text, Title } from '@mantine/core';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact, Field } from '../api';
import { useMay } from '../show/may';
import { Moment } from '../show/time';
import { WhoseId } from '../history/of-contact';
import { Unknown, Written } from '../show/written';
import { useDeclared } from './attributes';
import { type Shape } from './editable';
import { Entry } from './entry';
import { Legend } from './legend';
import classes from './sections.module.css';

/** Said elsewhere on the screen, or together with the field they belong to. */
const ELSEWHERE = new Set(['accuracy_km', 'country_code']);
/** Marked by the buttons above, not typed. */
const BUTTONS = new Set(['spam', 'unsubscribed']);

export function Sections({ contact, fields }: { contact: Contact; fields: readonly Field[] }) {
  const { t } = useTranslation();
  const may = useMay();
  const shown = fields.filter((field) => !ELSEWHERE.has(field.id) && field.id in contact);
  const names = [...new Set(shown.map((field) => field.section))];
  const shapeOf = (field: Field): Shape | undefined => {
    const isOurs = field.written_by.includes('agent') && !BUTTONS.has(field.id) && field.on;
    return isOurs && may('contacts:write') ? (field.type === 'email' ? 'email' : 'text') : undefined;
  };
  return (
    <div className={classes.sections}>
      {names.map((name, index) => {
        const many = shown.filter((field) => field.section === name);
        // A person without our app has no use for eight dashes about it.
        const isApp = name === 'android' || name === 'ios';
        if (isApp && many.every((field) => isBlank(contact[field.id as keyof Contact]))) return null;
        return (
          <Fragment key={name}>
            <section aria-labelledby={`section-${name}`}>
              <div className={classes.title}>
                <Title order={2} id={`section-${name}`}>
                  {t(`section.${name}`)}
                </Title>
                {index === 0 && <Legend />}
              </div>
              <dl className={classes.list}>
                {many.map((field) => {
                  const value = contact[field.id as keyof Contact];
                  return (
                    <Entry key={field.id} contact={contact} name={field.id} label={field.title} field={field} shape={shapeOf(field)} value={value}>
                      {field.id === 'spam_by' && typeof value === 'string' ? <WhoseId id={value} /> : field.on || !isBlank(value) ? <Written field={field} value={value} /> : <Unknown field="off" />}
                    </Entry>
                  );
                })}
              </dl>
            </section>
            {index === 0 && <Attributes contact={contact} />}
          </Fragment>
        );
      })}
    </div>
  );
}

/** What the operator declared beside the catalogue. */
function Attributes({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const may = useMay();
  const declared = useDeclared();
  return (
    <section aria-labelledby="section-attributes">
      <div className={classes.title}>
        <Title order={2} id="section-attributes">
          {t('section.attributes')}
        </Title>
      </div>
      {declared.length === 0 ? (
        <Text size="sm" c="var(--quiet)" mt={8}>
          {t('attributes.none')}
        </Text>
      ) : (
        <dl className={classes.list}>
          {declared.map(({ name, shape }) => {
            const value = contact.attributes[name] ?? null;
            return (
              <Entry
                key={name}
                contact={contact}
                name={`attributes.${name}`}
                label={name}
                shape={may('contacts:write') ? shape : undefined}
                value={value}
              >
                <Attribute value={value} shape={shape} />
              </Entry>
            );
          })}
        </dl>
      )}
    </section>
  );
}

function Attribute({ value, shape }: { value: unknown; shape: Shape }) {
  const { t, i18n } = useTranslation();
  if (value === null) return <Unknown field="attribute" />;
  if (typeof value === 'boolean') return <>{t(value ? 'value.yes' : 'value.no')}</>;
  if (typeof value === 'number') return <>{value.toLocaleString(i18n.language)}</>;
  if (shape === 'time') return <Moment at={Date.parse(String(value)) / 1000} />;
  return <>{String(value)}</>;
}

const isBlank = (value: unknown): boolean => value === null || value === 0;
