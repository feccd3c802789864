/** The fields of the catalogue in its sections, each with its value and the value's origin. */
import { Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Contact, Field } from '../api';
import { Written } from '../show/written';
import { Origin } from './origin';
import classes from './sections.module.css';

/** Said elsewhere on the screen, or together with the field they belong to. */
const ELSEWHERE = new Set(['accuracy_km']);
const CODES = new Set(['country_code']);

export function Sections({ contact, fields }: { contact: Contact; fields: readonly Field[] }) {
  const { t } = useTranslation();
  const shown = fields.filter((field) => !ELSEWHERE.has(field.id) && !CODES.has(field.id) && field.id in contact);
  const names = [...new Set(shown.map((field) => field.section))];
  const attributes = Object.entries(contact.attributes);
  return (
    <div className={classes.sections}>
      {names.map((name) => {
        const many = shown.filter((field) => field.section === name);
        // A person without our app has no use for eight dashes about it.
        const isApp = name === 'android' || name === 'ios';
        if (isApp && many.every((field) => contact[field.id as keyof Contact] === null)) return null;
        return (
          <section key={name} aria-labelledby={`section-${name}`}>
            <Title order={2} id={`section-${name}`} className={classes.title}>
              {t(`section.${name}`)}
            </Title>
            <dl className={classes.list}>
              {many.map((field) => (
                <div key={field.id} className={classes.entry}>
                  <dt className={classes.label}>{field.title}</dt>
                  <dd className={classes.value}>
                    <span className={classes.text}>
                      <Written field={field} value={contact[field.id as keyof Contact]} />
                    </span>
                    <Origin field={field} contact={contact} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        );
      })}
      {attributes.length > 0 && (
        <section aria-labelledby="section-attributes">
          <Title order={2} id="section-attributes" className={classes.title}>
            {t('section.attributes')}
          </Title>
          <dl className={classes.list}>
            {attributes.map(([name, value]) => (
              <div key={name} className={classes.entry}>
                <dt className={classes.label}>{name}</dt>
                <dd className={classes.value}>{String(value)}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </div>
  );
}
