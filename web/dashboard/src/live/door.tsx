/** What is live is loaded when the browser has nothing better to do: the first rows come first. */
import { type ComponentType, createElement, useSyncExternalStore } from 'react';
import { idle } from '../idle';
import { patiently } from '../patience';
import { wordsOf } from '../text';

type Parts = typeof import('./parts');
let parts: Parts | undefined;
const waiting = new Set<() => void>();
void idle().then(async () => {
  [parts] = await patiently(() => Promise.all([import('./parts'), wordsOf('live')]));
  waiting.forEach((tell) => tell());
});
const subscribe = (tell: () => void) => {
  waiting.add(tell);
  return () => void waiting.delete(tell);
};

/** Nothing, until the parts are there. Not suspended: each row of a list has one. */
function part<N extends keyof Parts>(name: N) {
  type Props = Parts[N] extends ComponentType<infer P> ? P & object : never;
  return (props: Props) => {
    const Part = useSyncExternalStore(subscribe, () => parts?.[name]) as ComponentType<Props> | undefined;
    return Part ? createElement(Part, props) : null;
  };
}

export const Live = part('Live');
export const LiveMark = part('LiveMark');
export const NewLine = part('NewLine');
export const OnlineNow = part('OnlineNow');
