/** What the frame has of the inbox, loaded when the browser has nothing better to do. */
import { type ComponentType, lazy, Suspense } from 'react';
import { idle } from '../idle';
import { patiently } from '../patience';
import { wordsOf } from '../text';

const place = idle().then(async () => (await patiently(() => Promise.all([import('./place'), wordsOf('inbox')])))[0]);
type Parts = Awaited<typeof place>;

function part<N extends keyof Parts>(name: N) {
  type Props = Parts[N] extends ComponentType<infer P> ? P & object : never;
  const Part = lazy(async () => ({ default: (await place)[name] as unknown as ComponentType<Props> }));
  return (props: Props) => (
    <Suspense>
      <Part {...props} />
    </Suspense>
  );
}

export const InboxCount = part('InboxCount');
export const InboxViews = part('InboxViews');
export const InboxLine = part('InboxLine');
