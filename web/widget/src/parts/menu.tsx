/** What one rarely does: the sound, forgetting, reading what is collected. */
import { Component, h } from 'preact';
import type { Shown } from '../state';
import { chime } from './chime';

export class Menu extends Component<Shown, { isSure?: boolean }> {
  render({ state: { words, sound, heads, host, settings }, acts }: Shown) {
    const { isSure } = this.state;
    const forget = (): void => {
      if (!isSure) return this.setState({ isSure: true });
      acts.talk().then((talk) => talk.forget());
      acts.set({ hasMenu: false });
    };
    const turn = (): void => {
      acts.set({ hasMenu: false, sound: !sound });
      if (!sound) chime();
    };
    return (
      <div class="menu">
        <button type="button" onClick={turn}>
          {sound ? words.soundOff : words.soundOn}
        </button>
        {heads.length > 0 && (
          <button type="button" class={isSure ? 'bad' : ''} onClick={forget}>
            {isSure ? words.forgetSure : words.forget}
          </button>
        )}
        <a href={host + settings!.policy_url} target="_blank" rel="noopener">
          {words.policy}
        </a>
      </div>
    );
  }
}
