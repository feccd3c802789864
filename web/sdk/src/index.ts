/** Starts the collector: takes over from the snippet's stub, then listens to the page. */
import { attempt } from './attempt';
import { commands, consent, page } from './commands';
import { answer } from './consent';
import { onNavigate } from './navigation';
import { comeBack, leave, resume, start } from './transport';

type Call = [name: string, ...given: never[]];

interface Openbook {
  (...call: Call): void;
  /** Calls made before this script was here. */
  q?: Call[];
  /** Set once it is: a second copy of the snippet does nothing. */
  on?: boolean;
}

/** A check of what other tabs left behind, when they had time to send it themselves. */
const LEFTOVERS_MS = 16_000;

/** One after the other, in the order of the calls; an error ends with its call. */
let turn: Promise<unknown> = Promise.resolve();

const inTurn = (act: () => unknown): void => {
  turn = turn.then(act).catch(() => {});
};

const view = (): void => inTurn(() => page());

function begin(): void {
  const host = window as { openbook?: Openbook };
  const stub = host.openbook;
  if (stub?.on) return;
  const openbook: Openbook = (name, ...given) => inTurn(() => commands[name]!(...given));
  openbook.on = true;
  host.openbook = openbook;
  // Another subdomain may have said no: what is left here goes too.
  if (answer() === 'denied') inTurn(() => consent('denied'));
  stub?.q?.forEach((call) => openbook(...call));
  view();

  onNavigate(view);
  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    comeBack();
    inTurn(() => page(true));
  });
  addEventListener('pagehide', () => attempt(leave));
  addEventListener('online', resume);
  document.addEventListener('visibilitychange', start);
  start();
  setTimeout(start, LEFTOVERS_MS);
}

const attemptToBegin = (): void => attempt(begin);

// A page that is rendered ahead has not been viewed yet.
if ((document as { prerendering?: boolean }).prerendering)
  document.addEventListener('prerenderingchange', attemptToBegin);
else attemptToBegin();
