/** What a saved view asks, in the form the server takes. */
import { useMemo } from 'react';
import { useFields } from '../api';
import { type Asked, searchBody } from '../contacts/asked';
import type { Question } from '../contacts/found';

export function useTypes(): ReadonlyMap<string, string> {
  const fields = useFields();
  return useMemo(() => new Map(fields.map((field) => [field.id, field.type])), [fields]);
}

export function useQuestion(asked: Asked): Question {
  const types = useTypes();
  return useMemo(() => searchBody(asked, types), [asked, types]);
}
