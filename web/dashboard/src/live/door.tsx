/** What is live is loaded when the browser has nothing better to do: the first rows come first. */
import { type ComponentType, lazy, Suspense } from 'react';
import { wordsOf } from '../text';

/** Safari knows no idleness. */
const idle = () =>
  new Promise<unknown>((done) => {
    if (window.requestIdleCallback) window.requestIdleCallback(done, { timeout: 2_000 });
    else setTimeout(done, 500);
  });
const all = idle().then(async () => (await Promise.all([import('./parts'), wordsOf('live')]))[0]);
type Parts = Awaited<typeof all>;

function part<N extends keyof Parts>(name: N) {
  type Props = Parts[N] extends ComponentType<infer P> ? P & object : never;
  const Part = lazy(async () => ({ default: (await all)[name] as unknown as ComponentType<Props> }));
  return (props: Props) => (
    <Suspense>
      <Part {...props} />
    </Suspense>
  );
}

export const Live = part('Live');
export const LiveMark = part('LiveMark');
export const NewLine = part('NewLine');
export const OnlineNow = part('OnlineNow');
