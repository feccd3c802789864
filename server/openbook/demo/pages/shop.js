// The shop's own script. It calls openbook(...) as any site would, and keeps its cart in the tab.
'use strict';

const all = (selector) => [...document.querySelectorAll(selector)];
const on = (selector, event, act) =>
  all(selector).forEach((element) => element.addEventListener(event, (happened) => act(element, happened)));
const say = (text) => all('[data-status]').forEach((element) => { element.textContent = text; });

// Who you are.
on('form[data-identify]', 'submit', (form, happened) => {
  happened.preventDefault();
  const { user_id, ...given } = Object.fromEntries(new FormData(form));
  const traits = Object.fromEntries(Object.entries(given).filter(([, value]) => value.trim()));
  openbook('identify', user_id?.trim() || null, traits);
  say('Thank you. The team sees it on your contact.');
  showDevice();
});
on('[data-reset]', 'click', () => {
  openbook('reset');
  all('form[data-identify]').forEach((form) => form.reset());
  showDevice();
});
on('[data-consent]', 'click', (button) => {
  openbook('consent', button.dataset.consent);
  showDevice();
});

// What openbook keeps on this device, in the visitor's sight.
const MEANINGS = {
  ob_a: 'random id of this browser',
  ob_u: 'your customer number',
  ob_p: 'proof that it is the same browser',
  ob_c: 'your answer',
  ob_r: 'until when the server rests',
  'ob_q.': 'messages not yet delivered',
  'ob_h.': 'your chat: its key, the latest messages, what is not yet sent',
};
function showDevice() {
  const list = document.querySelector('[data-device]');
  if (!list) return;
  setTimeout(() => {
    const cookies = document.cookie.split('; ').map((pair) => pair.split('=')[0]);
    const names = [...cookies, ...Object.keys(localStorage)];
    const rows = Object.entries(MEANINGS)
      .filter(([beginning]) => names.some((name) => name.startsWith(beginning)))
      .map(([beginning, meaning]) => [beginning.replace('.', ''), meaning]);
    list.replaceChildren(
      ...(rows.length ? rows : [['nothing', '']]).map(([name, meaning]) => {
        const row = document.createElement('div');
        row.append(
          Object.assign(document.createElement('dt'), { textContent: name }),
          Object.assign(document.createElement('dd'), { textContent: meaning }),
        );
        return row;
      }),
    );
  }, 400);
}
addEventListener('load', showDevice);

// The cart: kept by the shop until the tab is closed; openbook hears only of what is added.
const readCart = () => JSON.parse(sessionStorage.getItem('cart') || '{}');
const euros = (amount) => `€\u00a0${amount}`;
function writeCart(cart) {
  sessionStorage.setItem('cart', JSON.stringify(cart));
  showCart();
}
function showCart() {
  const cart = Object.values(readCart());
  const place = document.querySelector('[data-cart]');
  if (!place) return;
  place.hidden = cart.length === 0;
  document.querySelector('[data-cart-empty]').hidden = cart.length > 0;
  place.querySelector('tbody').replaceChildren(
    ...cart.map(({ name, price, pieces }) => {
      const row = document.createElement('tr');
      [name, pieces, euros(price * pieces)].forEach((text, column) => {
        const cell = row.insertCell();
        cell.textContent = text;
        if (column) cell.className = 'number';
      });
      return row;
    }),
  );
  const total = cart.reduce((sum, { price, pieces }) => sum + price * pieces, 0);
  place.querySelector('[data-total]').textContent = euros(total);
}
on('[data-add]', 'click', ({ dataset: { add, name, price } }) => {
  const cart = readCart();
  const pieces = (cart[add]?.pieces || 0) + 1;
  writeCart({ ...cart, [add]: { name, price: Number(price), pieces } });
  openbook('track', 'Product Added', { product: add });
  say(pieces === 1 ? 'In the cart.' : `${pieces} in the cart.`);
});
on('[data-empty-cart]', 'click', () => writeCart({}));
on('[data-order]', 'click', () => {
  openbook('track', 'Order Completed', { products: Object.keys(readCart()).length });
  writeCart({});
  say('Ordered, in a manner of speaking: nothing will come.');
});
showCart();

// Rooms: a single-page application in a few lines.
function showRoom() {
  const rooms = document.querySelector('[data-rooms]');
  if (!rooms) return;
  const room = location.pathname.split('/')[3] || '';
  rooms.querySelectorAll('a').forEach((link) => {
    if (link.pathname === location.pathname) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  });
  all('.goods li').forEach((item) => { item.hidden = Boolean(room) && item.dataset.room !== room; });
}
on('[data-rooms] a', 'click', (link, happened) => {
  if (happened.ctrlKey || happened.metaKey || happened.shiftKey) return;
  happened.preventDefault();
  history.pushState(null, '', link.pathname);
  showRoom();
});
addEventListener('popstate', showRoom);
showRoom();
