// The page behind the link of a mail. Opening it uses nothing, since scanners of mail open links:
// the button does.
(function () {
  'use strict';
  var main = document.querySelector('main');
  var token = /^#(obr_[\w-]{20,80})$/.exec(location.hash);
  var button = document.getElementById('go');
  var said = document.getElementById('said');

  function forget() {
    history.replaceState(null, '', location.pathname + location.search);
  }
  function start(options) {
    main.hidden = true;
    window.openbookChat(options);
  }
  function ready(work) {
    if (window.openbookChat) work();
    else addEventListener('load', work);
  }
  if (!token) {
    ready(function () { start({}); });
    return;
  }
  main.hidden = false;
  button.addEventListener('click', function () {
    if (!token) {
      ready(function () { start({}); });
      return;
    }
    button.disabled = true;
    fetch('/v1/chat/' + encodeURIComponent(main.dataset.key) + '/link', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ token: token[1] }),
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    }).then(function (answer) {
      return answer.json().then(function (body) {
        if (answer.ok) {
          forget();
          ready(function () {
            start({ session: { token: body.token, expires_at: body.expires_at }, conversation: body.conversation_id });
          });
          return;
        }
        if (body.code !== 'link_over') throw new Error(body.code);
        forget();
        token = null;
        said.textContent = main.dataset.over;
        button.textContent = main.dataset.chat;
        button.disabled = false;
      });
    }).catch(function () {
      button.disabled = false;
      said.textContent = main.dataset.failed;
    });
  });
})();
