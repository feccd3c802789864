/** A picture of a message, large, for the script that carries it. */
export { Large } from './large';
export { default as css } from './viewer.css';
