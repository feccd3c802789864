/** Words for what is shown a thousand times. To ask i18next in each value costs more than the value does:
 * it is asked once for a word, and again when the language changes. */
import type { TFunction } from 'i18next';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { text } from '../text';

interface Tongue {
  readonly language: string;
  /** The word of a key as it is written, blanks and all; null where there is none. */
  readonly word: (key: string) => string | null;
}

function tongue(t: TFunction, language: string): Tongue {
  const known = new Map<string, string>();
  const word = (key: string): string | null => {
    const found = known.get(key);
    if (found !== undefined) return found;
    if (!text.exists(key)) return null; // its words may come yet
    const told = t(key, { skipInterpolation: true });
    known.set(key, told);
    return told;
  };
  return { language, word };
}

const Spoken = createContext<Tongue>(tongue(text.t, text.language));

export function Speaking({ children }: { children: ReactNode }) {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  return <Spoken.Provider value={useMemo(() => tongue(t, language), [t, language])}>{children}</Spoken.Provider>;
}

export const useTongue = (): Tongue => useContext(Spoken);
