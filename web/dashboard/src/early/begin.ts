/** Begins: a small script that runs before the rest is read.
 *
 * Whoever opens the list of contacts sees its first rows at once, from what the server put into the
 * page. The page's own script starts when they are on the screen; all it takes over is there. What
 * the inbox needs is asked for meanwhile.
 */
import { preferred } from '../text/language';
import { askEarly } from './ask';
import { given } from './given';
import { list } from './list';
import { wordsIn } from './words';

/** A page that is not drawn begins all the same. */
const LONGEST_FRAME_MS = 100;
/** As Mantine keeps it. */
const SCHEME = 'mantine-color-scheme-value';
const { main, ...files } = (document.currentScript as HTMLScriptElement).dataset;

async function show(): Promise<void> {
  const found = given();
  const language = preferred();
  if (location.pathname !== '/contacts' || !found?.contacts?.items.length || found.language !== language) return;
  const drawn = list(found, language, await wordsIn(language, files));
  const scheme = localStorage.getItem(SCHEME);
  const isDark = scheme === 'dark' || (scheme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.mantineColorScheme = isDark ? 'dark' : 'light';
  document.documentElement.lang = language;
  document.body.append(drawn);
  await Promise.race([
    new Promise((done) => requestAnimationFrame(() => setTimeout(done))),
    new Promise((done) => setTimeout(done, LONGEST_FRAME_MS)),
  ]);
}

function start(): void {
  document.head.append(Object.assign(document.createElement('script'), { type: 'module', crossOrigin: '', src: main }));
}

if (given()) askEarly(); // a stranger is sent to the door
// What goes wrong here costs time and nothing else.
void show().then(start, start);
