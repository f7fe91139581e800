// Keys of the desk, and word of images that do not load. Every page works without it:
// what has a key here has an access key of the browser too, and can be reached by Tab.
//
// | attribute | meaning |
// |---|---|
// | data-key | the key that presses it |
// | data-focus | what gets the focus afterwards |
// | img[data-evidence], .print-sheet image | what must be seen; `data-failed-images` lists what was not |

const typing = (target) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches('textarea, select, input:not([type=radio]):not([type=checkbox]):not([type=submit])'));

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
  const key = event.key.toLowerCase();
  if (!/^[a-z0-9]$/.test(key)) return;
  const pressed = document.querySelector(`[data-key="${key}"]`);
  if (!pressed) return;
  event.preventDefault();
  pressed.click();
  // A choice may show what it leads to, which can be focused only then.
  const next = pressed.dataset.focus && document.querySelector(pressed.dataset.focus);
  if (next) next.focus();
});

const field = document.querySelector('[data-failed-images]');
const notice = document.getElementById('unseen');
const failed = new Set();

// `/staff/cases/CASE/images/VIEW/SIDE/IMAGE` ends with what it is.
function fail(address) {
  const parts = new URL(address, location.href).pathname.split('/');
  failed.add(parts.slice(-2).join('/'));
  if (field) field.value = [...failed].join(' ');
  if (notice) notice.hidden = false;
}

for (const image of document.querySelectorAll('img[data-evidence]')) {
  image.addEventListener('error', () => fail(image.src));
  if (image.complete && image.naturalWidth === 0) fail(image.src);
}
for (const image of document.querySelectorAll('.print-sheet image')) {
  image.addEventListener('error', () => fail(image.getAttribute('href')));
}
