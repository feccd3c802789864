/** Emoji to choose from, for the script that carries them. */
export { Emoji } from './emoji';
export { default as css } from './picker.css';
