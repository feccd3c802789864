/** All that is live, as one piece to load. */
export { OnlineNow } from './head';
export { NewLine } from './list';
export { LiveMark } from './mark';
export { Live } from './start';
