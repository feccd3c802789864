/** Whether one notice says on hover what the values inside carry: see `tip.tsx`. */
import { createContext } from 'react';

export const Tipped = createContext(false);
