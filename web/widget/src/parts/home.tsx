/** The list of conversations, and how a new one begins. */
import { h } from 'preact';
import type { Shown } from '../state';
import { fill } from '../words';
import { Icon } from '../view/icon';
import { Letters } from '../view/person';
import { Privacy } from '../view/privacy';
import { clock, dayOf, exact, format } from '../view/time';

export const Home = ({ state, acts }: Shown) => {
  const { heads, words, settings } = state;
  const { name } = settings!;
  const brief = (at: number): string =>
    dayOf(at) === dayOf(Date.now() / 1000)
      ? clock(words, at)
      : format(words, at, { day: 'numeric', month: 'short' });
  return (
    <div class="body">
      <div class="scroll" tabIndex={0} role="region" aria-label={words.home}>
        <ul class="list">
          {heads.map((head) => (
            <li key={head.id}>
              <button type="button" class={head.unread ? 'row new' : 'row'} onClick={() => acts.goTo(head.id)}>
                <Letters of={head.with?.initials || name} />
                <span class="what">
                  <span class="who">
                    <b dir="auto">{head.with?.name || name}</b>
                    <time title={exact(words, head.last_at)}>{brief(head.last_at)}</time>
                  </span>
                  <span class="brief">
                    <span dir="auto">
                      {head.last_from === 'contact' && `${words.you}: `}
                      {head.preview || words.attachment}
                    </span>
                    {head.unread > 0 && (
                      <i class="count">
                        <span class="hush">{fill(words.unread, { n: '' })}</span>
                        {head.unread}
                      </i>
                    )}
                  </span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
      <div class="foot">
        <button type="button" class="main" onClick={() => acts.goTo(null)}>
          <Icon of="plus" />
          {words.new}
        </button>
        <Privacy state={state} acts={acts} />
      </div>
    </div>
  );
};
