/** Prints what a visitor or a team member loads, in bytes after gzip, as one line of JSON. */
import { readFile } from 'node:fs/promises';
import { weigh as weighDashboard } from './dashboard/keep.mjs';
import { TARGET, weigh } from './sdk/served.mjs';

const script = await readFile(TARGET, 'utf8').catch(() => {
  throw new Error('The collector is not built. Build it with: npm run build');
});

console.log(
  JSON.stringify({
    collector: weigh(script),
    // Parts that do not exist yet have no weight.
    collector_and_launcher: null,
    chat_panel: null,
    dashboard_first_screen: await weighDashboard(),
  }),
);
