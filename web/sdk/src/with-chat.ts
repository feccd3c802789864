/** The collector together with the chat's button, for sites where the chat is on. */
import '../../widget/src/launcher';
import './index';
