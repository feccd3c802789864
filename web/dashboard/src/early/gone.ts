/** Takes the early rows away: the screen itself is there. */
import classes from './early.module.css';

export const endEarly = (): void => document.querySelector(`.${classes.early}`)?.remove();
