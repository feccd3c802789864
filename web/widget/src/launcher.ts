/**
 * The button that opens the chat: it travels with the collector and loads the rest when somebody
 * comes near it, or when there is something to tell.
 */
import { attempt } from '../../sdk/src/attempt';
import { commands } from '../../sdk/src/commands';
import { config } from '../../sdk/src/config';
import { allowed } from '../../sdk/src/consent';
import { recall } from '../../sdk/src/cookies';
import { erase, names, read } from '../../sdk/src/storage';
import { type Call, KEPT, type Panel, type PanelScript, TOKEN } from './given';
import css from './launcher.css';

/** How often a browser that may be known asks whether the team has written to it. */
const LOOK_MS = 45_000;
const SOON_MS = 1_500;

/** The chat's verbs, and those of the collector that it has to know of. */
const NAMES =
  'open close toggle show hide showMessages showNewMessage on off chat identify reset logout consent';

const { chat } = config;
const calls: Call[] = [];
let panel: Panel | undefined;
let loading: Promise<unknown> | 0 | undefined;

const ask = (what: string, options: RequestInit): Promise<Response> =>
  fetch(`${config.host}/v1/chat/${config.key}/${what}`, { method: 'POST', ...options });

function begin(): void {
  if (!chat || (window as { openbook?: { on?: boolean } }).openbook?.on) return;
  const place = document.createElement('div');
  const root = place.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    `:host{all:initial!important;--a:${chat.colour}!important;--i:${chat.ink}!important}${css}.l{${chat.position}:20px}`,
  );
  root.adoptedStyleSheets = [sheet];
  const region = root.appendChild(document.createElement('section'));
  const button = region.appendChild(document.createElement('button'));
  region.ariaLabel = button.ariaLabel = 'Chat';
  button.className = 'l';

  const load = (): unknown =>
    (loading ||= import(config.host + chat.panel)
      .then((script: PanelScript) => {
        panel = script.start({ config, allowed, recall, root, button }, calls);
      })
      // No network: the next click tries again.
      .catch(() => (loading = 0)));

  /** Calls are kept until the panel is here; only those that show something fetch it. */
  function call(...given: Call): void {
    if (panel) return panel.call(...given);
    calls.push(given);
    const [name] = given;
    if (/open|toggle|Mess/.test(name)) load();
    if (/hid|sho/.test(name)) region.hidden = name < 'i';
  }

  /** Has the team written to this browser? Only its proof can tell; without one nobody is asked. */
  async function look(): Promise<void> {
    const proof = recall('ob_p');
    if (document.hidden || !allowed() || !proof || panel?.isLive()) return;
    const body = JSON.stringify({ anonymous_id: recall('ob_a'), proof });
    if (!(await (await ask('waiting', { body })).json()).unread) return;
    await load();
    panel?.waits();
  }
  const lookQuietly = (): unknown => look().catch(() => {});

  button.onpointerenter = button.onfocus = load;
  button.onclick = () => call('toggle');
  for (const name of NAMES.split(' ')) {
    const collect = commands[name];
    commands[name] = (...more: never[]) => {
      const token = read(TOKEN);
      // The person leaves before the panel is here: the session ends all the same.
      if (!panel && token && /^(r|l|consentd)/.test(name + more)) {
        names(KEPT).forEach(erase);
        ask('logout', { keepalive: true, headers: { Authorization: `Bearer ${token}` } });
      }
      call(name, ...more);
      return collect?.(...more);
    };
  }
  // Beside the body: frameworks exchange that, and its styles may move what stands in it.
  document.documentElement.append(place);
  // Who has written here before is told of an answer at once.
  setTimeout(() => (read(TOKEN) ? load() : lookQuietly()), SOON_MS);
  setInterval(lookQuietly, LOOK_MS);
}

attempt(begin);
