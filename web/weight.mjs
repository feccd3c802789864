/** Prints what a visitor or a team member loads, in bytes after gzip, as one line of JSON. */
import { readFile } from 'node:fs/promises';
import { weigh as weighDashboard } from './dashboard/keep.mjs';
import { TARGET, TARGET_WITH_CHAT, weigh, weighWithChat } from './sdk/served.mjs';
import { weigh as weighParts } from './widget/weigh.mjs';

const [alone, withChat] = await Promise.all(
  [TARGET, TARGET_WITH_CHAT].map((target) => readFile(target, 'utf8')),
).catch(() => {
  throw new Error('The collector is not built. Build it with: npm run build');
});

console.log(
  JSON.stringify({
    collector: weigh(alone),
    collector_and_launcher: weighWithChat(withChat),
    // Opening the chat, but for the words.
    chat_panel: await weighParts('widget.js', 'widget-view.js'),
    // From the first letter on, and on every page for those who have written.
    chat_talk: await weighParts('widget-talk.js'),
    // The list of conversations, files, questions, the menu: when they are wanted.
    chat_parts: await weighParts('widget-parts.js'),
    chat_words: await weighParts('widget-en.js'),
    dashboard_first_screen: await weighDashboard(),
  }),
);
