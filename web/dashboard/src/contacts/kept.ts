/** A choice of this person in this browser: columns, density, sidebar. */
import { useLocalStorage } from '@mantine/hooks';

export function useKept<T>(name: string, usual: T): [T, (value: T) => void] {
  const [value, keep] = useLocalStorage<T>({ key: `openbook.${name}`, defaultValue: usual, getInitialValueInEffect: false });
  return [value, keep];
}
