/** What the operator asks before the first message; the message can be written meanwhile. */
import { h } from 'preact';
import type { Shown } from '../state';
import type { Question } from '../wire';

const LONGEST = 500;

export const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(text.trim());

export const lacks = ({ required, type }: Question, answer = ''): boolean =>
  answer.trim() ? type === 'email' && !isEmail(answer) : required;

export const Questions = ({ state: { settings, words, answers, isChecked }, acts }: Shown) => (
  <div class="asked">
    {settings!.questions.map((question) => {
      const { id, type, required } = question;
      const answer = answers[id] || '';
      const isWrong = isChecked && lacks(question, answer);
      const given = {
        value: answer,
        required,
        'aria-invalid': isWrong,
        onInput: ({ currentTarget }: { currentTarget: { value: string } }) =>
          acts.set({ answers: { ...answers, [id]: currentTarget.value } }),
      };
      return (
        <label key={id}>
          <span>
            <span dir="auto">{question.label}</span>
            {!required && <small> {words.optional}</small>}
          </span>
          {type === 'choice' ? (
            <select {...given}>
              <option value="" />
              {question.choices.map((choice) => (
                <option>{choice}</option>
              ))}
            </select>
          ) : (
            <input
              {...given}
              type="text"
              inputMode={type === 'email' ? 'email' : 'text'}
              autocomplete={type === 'email' ? 'email' : 'off'}
              maxLength={LONGEST}
            />
          )}
          {isWrong && (
            <small class="bad" role="alert">
              {answer.trim() ? words.emailWrong : words.required}
            </small>
          )}
        </label>
      );
    })}
  </div>
);
