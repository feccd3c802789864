/** Changes of one contact: shown at once, taken back with the server's reason, undone by a toast. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, body, type Contact, contactQuery, Problem } from '../api';
import { refused, undoable } from '../show/toast';

export type Value = string | number | boolean | null;
type State = Partial<Pick<Contact, 'spam' | 'unsubscribed'>>;

const ATTRIBUTES = 'attributes.';
const TRIES = 3;

interface Edit {
  /** A field's id, or attributes.NAME. */
  readonly name: string;
  readonly label: string;
  readonly value: Value;
}

function useHeld(contact: Contact) {
  const client = useQueryClient();
  const key = contactQuery(contact.id).queryKey;
  return {
    /** Show it as if it were so; what was shown before. */
    async show(changed: (held: Contact) => Contact) {
      await client.cancelQueries({ queryKey: key });
      const before = client.getQueryData(key);
      client.setQueryData(key, (held) => held && changed(held));
      return { before };
    },
    put: (fresh: Contact | undefined) => client.setQueryData(key, fresh),
    others: () => {
      void client.invalidateQueries({ queryKey: ['contacts'] });
      void client.invalidateQueries({ queryKey: ['count'] });
    },
  };
}

const patch = (id: string, values: object) =>
  body(api.PATCH('/api/contacts/{contact_id}', { params: { path: { contact_id: id } }, body: values as never }));

/** Take back what was written into a field: what stood before it stands again. */
export const withdraw = (id: string, name: string) =>
  body(api.POST('/api/contacts/{contact_id}/withdraw', { params: { path: { contact_id: id } }, body: { field: name } }));

/** Whether trying the same again may help: the server was not reached, or was busy. */
const passes = (times: number, error: Error) => times < TRIES && error instanceof Problem && error.status === 503;

export function useEdit(contact: Contact) {
  const { t } = useTranslation();
  const held = useHeld(contact);
  return useMutation({
    mutationFn: ({ name, value }: Edit) =>
      patch(contact.id, name.startsWith(ATTRIBUTES) ? { attributes: { [name.slice(ATTRIBUTES.length)]: value } } : { [name]: value }),
    retry: passes,
    onMutate: ({ name, value }) => held.show((was) => written(was, name, value)),
    onError: (_, __, kept) => held.put(kept?.before),
    onSuccess: (fresh, { name, label }) => {
      held.put(fresh);
      held.others();
      undoable(t('edit.done', { field: label }), async () => {
        held.put(await withdraw(contact.id, name));
        held.others();
      });
    },
  });
}

export function useWithdraw(contact: Contact) {
  const { t } = useTranslation();
  const held = useHeld(contact);
  return useMutation({
    mutationFn: ({ name }: Edit) => withdraw(contact.id, name),
    onError: (error) => refused(t('actions.failed'), error),
    onSuccess: (fresh, { name, value }) => {
      held.put(fresh);
      held.others();
      undoable(t('edit.withdrawn'), async () => {
        const values = name.startsWith(ATTRIBUTES) ? { attributes: { [name.slice(ATTRIBUTES.length)]: value } } : { [name]: value };
        held.put(await patch(contact.id, values));
        held.others();
      });
    },
  });
}

export function useMarks(contact: Contact) {
  const { t } = useTranslation();
  const held = useHeld(contact);
  return useMutation({
    mutationFn: (values: State) => patch(contact.id, values),
    retry: passes,
    onMutate: (values) => held.show((was) => ({ ...was, ...values })),
    onError: (error, _, kept) => {
      held.put(kept?.before);
      refused(t('actions.failed'), error);
    },
    onSuccess: (fresh, values) => {
      held.put(fresh);
      held.others();
      const [name, value] = Object.entries(values)[0] ?? [];
      undoable(t(`actions.did.${name}.${value}`), async () => {
        held.put(await patch(contact.id, { [name as string]: !value }));
        held.others();
      });
    },
  });
}

/** The contact as it will be if the server agrees. */
function written(was: Contact, name: string, value: Value): Contact {
  const from = { source: 'agent', at: Math.floor(Date.now() / 1000), trust: 'server', verified: true, derived: false, from: null } as const;
  const provenance = { ...was.provenance, [name]: from };
  if (value === null) delete (provenance as Record<string, unknown>)[name];
  if (!name.startsWith(ATTRIBUTES)) return { ...was, provenance, [name]: value };
  const attributes = { ...was.attributes, [name.slice(ATTRIBUTES.length)]: value };
  return { ...was, provenance, attributes };
}
