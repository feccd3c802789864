/** The chat as a page of its own, under /chat/KEY: it has no collector, and nothing around it. */
import { asksForPrivacy } from '../../sdk/src/signal';
import { erase, names, read, write } from '../../sdk/src/storage';
import { appAround } from './app';
import { type Call, type Given, KEPT, type PanelScript, TOKEN } from './given';
import css from './launcher.css';
import { KEPT_SESSION } from './keeping';

declare const __PANEL__: string;

/** What a link by mail was exchanged for. */
interface Start {
  session?: { token: string; expires_at: number };
  conversation?: string;
}

const script = document.currentScript as HTMLScriptElement;
const { key = '', host = location.origin, lang, wait } = script.dataset;

async function begin({ session, conversation }: Start = {}): Promise<void> {
  const place = document.body.appendChild(document.createElement('div'));
  const root = place.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`:host{all:initial!important}${css}`);
  root.adoptedStyleSheets = [sheet];
  const isAssumed = await fetch(`${host}/o/${key}.json`)
    .then((answer) => answer.json())
    .then(({ consent, gpc }) => consent === 'assumed' && !(gpc === 'refuse' && asksForPrivacy()))
    .catch(() => false);
  const app = appAround(host, key);
  // Nobody can agree to anything on this page: where agreement is asked for, nothing is kept.
  const allowed = (): boolean => app?.allowed ?? isAssumed;
  const recall = (name: string): string | undefined => app?.recall(name);
  const given: Given = { config: { key, host }, allowed, recall, root };
  if (session) {
    names(KEPT).forEach(erase);
    const now = Date.now() / 1000;
    write(KEPT_SESSION, JSON.stringify({ n: `${now}`, at: now, until: session.expires_at }));
    write(TOKEN, session.token);
  }
  const calls: Call[] = lang ? [['chat', { language: lang }]] : [];
  if (app) calls.push(...app.calls);
  const c = conversation || new URLSearchParams(location.hash.slice(1)).get('c');
  if (c && read(TOKEN)) calls.push(['showConversation', c]);
  const { start }: PanelScript = await import(`${host}/static/${__PANEL__}`);
  const panel = start(given, calls);
  if (app?.recall('ob_p')) panel.waits();
}

if (wait === undefined) begin();
else (window as { openbookChat?: typeof begin }).openbookChat = begin;
