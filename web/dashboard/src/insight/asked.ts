/** What the figures are asked, as it stands in the address. */
import { type Asked, readAsked } from '../contacts/asked';

export const PERIODS = ['7d', '30d', '90d', '12m', 'all'] as const;
export const MEASURES = ['seen', 'new'] as const;
export type Period = (typeof PERIODS)[number];
export type Measure = (typeof MEASURES)[number];

export interface InsightAsked extends Asked {
  readonly period?: Period;
  readonly measure?: Measure;
}

export function checkInsight(search: Record<string, unknown>): InsightAsked {
  const period = PERIODS.find((one) => one === search.period);
  const measure = MEASURES.find((one) => one === search.measure);
  return { ...readAsked(search), period, measure };
}

export const readInsight = ({ period = '30d', measure = 'seen' }: InsightAsked) => ({ period, measure });

/** The field by which a list asks for the same. */
export const momentField = (measure: Measure): string => (measure === 'new' ? 'first_seen_at' : 'last_seen_at');

/** A moment as a filter has it. */
export const when = (at: number): string => new Date(at * 1000).toISOString().replace('.000Z', 'Z');
