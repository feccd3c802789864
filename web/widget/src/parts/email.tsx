/** Asks where an answer may be sent: after the first message, never before. */
import { Component, h } from 'preact';
import type { Shown } from '../state';
import { isEmail } from './questions';

const LONGEST = 320;

export class Email extends Component<Shown, { wrong?: string | undefined }> {
  readonly #give = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { acts, state: { words } } = this.props;
    const text = (event.currentTarget as HTMLFormElement).querySelector('input')!.value.trim();
    this.setState({ wrong: isEmail(text) ? undefined : words.emailWrong });
    if (!isEmail(text)) return;
    try {
      const talk = await acts.talk();
      await talk.ask('contact', { email: text });
      acts.set({ email: 'given' });
      talk.chat.around.emit('lead', { email: text });
    } catch {
      this.setState({ wrong: words.refused });
    }
  };

  render({ state: { words, settings, email }, acts }: Shown) {
    const { wrong } = this.state;
    if (email === 'given')
      return (
        <p class="event" role="status">
          {words.emailThanks}
        </p>
      );
    return (
      <form class="card" noValidate onSubmit={this.#give}>
        <p id="ask">{settings!.open ? words.emailAskOpen : words.emailAsk}</p>
        <input
          type="email"
          aria-label={words.emailLabel}
          aria-describedby="ask"
          aria-invalid={!!wrong}
          autocomplete="email"
          placeholder={words.emailLabel}
          maxLength={LONGEST}
        />
        {wrong && (
          <small class="bad" role="alert">
            {wrong}
          </small>
        )}
        <p class="buttons">
          <button type="submit" class="main">
            {words.emailGive}
          </button>
          <button type="button" class="link" onClick={() => acts.set({ email: 'declined' })}>
            {words.emailNo}
          </button>
        </p>
      </form>
    );
  }
}
