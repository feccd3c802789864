/** Where one writes: text that grows, and the way to a file. */
import { h } from 'preact';
import { NEW, type Shown } from '../state';
import { Icon } from './icon';

/** As high as its text; the style sheet says how high at most. */
function grow(field: HTMLTextAreaElement | null): void {
  if (!field) return;
  field.style.height = 'auto';
  // A long placeholder is cut off, not made room for.
  if (field.value) field.style.height = `${field.scrollHeight}px`;
}

/** The list of files is the browser's: it is emptied after its event. */
export async function attach(acts: Shown['acts'], files: Iterable<File>): Promise<void> {
  const given = [...files];
  (await acts.wantParts()).attach(acts, given);
}

function choose(acts: Shown['acts'], types: readonly string[]): void {
  const field = document.createElement('input');
  field.type = 'file';
  field.multiple = true;
  field.accept = types.join();
  field.onchange = () => attach(acts, field.files!);
  field.click();
}

export function Composer({ state, acts }: Shown) {
  const { words, settings, c, drafts, chosen, parts, trouble, picker, hasPicker } = state;
  const text = drafts[c ?? NEW] || '';
  const isReady = chosen.length ? chosen.every(({ sent }) => sent) : !!text.trim();
  let field: HTMLTextAreaElement | null;
  const put = (emoji: string): void => {
    const { selectionStart, selectionEnd } = field!;
    field!.setRangeText(emoji, selectionStart, selectionEnd, 'end');
    acts.draft(field!.value);
  };
  return (
    <form
      class="compose"
      onSubmit={(event) => {
        event.preventDefault();
        acts.send();
      }}
    >
      {trouble && (
        <p class="small bad" role="alert">
          {trouble}
        </p>
      )}
      {chosen.length > 0 && parts && <parts.ChosenFiles state={state} acts={acts} />}
      {hasPicker && picker && <picker.Emoji state={state} acts={acts} put={put} />}
      <div class="line">
        {settings!.files.enabled && (
          <button
            type="button"
            class="icon"
            aria-label={words.attach}
            title={words.attach}
            onClick={() => choose(acts, settings!.files.types)}
          >
            <Icon of="clip" />
          </button>
        )}
        <textarea
          ref={(one) => grow((field = one))}
          rows={1}
          dir="auto"
          aria-label={words.write}
          placeholder={words.write}
          value={text}
          onInput={({ currentTarget }) => acts.draft(currentTarget.value)}
          onKeyDown={(event) => {
            // On a touched screen, Enter begins a line: the button is near the thumb.
            const isLine = event.shiftKey || event.isComposing || isTouched();
            if (event.key !== 'Enter' || isLine) return;
            event.preventDefault();
            acts.send();
          }}
        />
        {!isTouched() && (
          <button
            type="button"
            class="icon"
            aria-label={words.emoji}
            title={words.emoji}
            aria-expanded={hasPicker}
            onClick={() => acts.pick(!hasPicker)}
          >
            <Icon of="smile" />
          </button>
        )}
        <button type="submit" class="icon go" aria-label={words.send} title={words.send} aria-disabled={!isReady}>
          <Icon of="send" />
        </button>
      </div>
    </form>
  );
}

export const isTouched = (): boolean => matchMedia('(pointer: coarse)').matches;
