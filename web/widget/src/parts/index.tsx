/** All the parts, for the script that carries them. */
export { attach } from './attaching';
export { chime } from './chime';
export { Email } from './email';
export { ChosenFiles, Files } from './files';
export { Home } from './home';
export { Menu } from './menu';
export { Avatar } from './picture';
export { lacks, Questions } from './questions';
export { Refused } from './refused';
export { default as css } from './parts.css';
