/** What draws the chat: fetched when there is something to see. The parts are drawn with its kit. */
import { Component, Fragment, h, render } from 'preact';
import type { Acts, State } from '../state';
import { App } from './app';

export { default as css } from './style.css';

export const kit = { Component, Fragment, h };

export const draw = (place: Element, state: State, acts: Acts, theme: 'light' | 'dark'): void =>
  render(<App state={state} acts={acts} theme={theme} />, place);
