// Every page that is looked at by itself: a name, an address, and what makes it come
// about. `node pages.test.mjs` opens each on a telephone and on a desk, runs axe,
// looks for what sticks out, and keeps a picture.
//
// A page of a signed-in reader names a `signIn` of sign-ins.mjs' kind: a function
// that is given the visitor and the origin, and leaves the browser signed in.
//
// To add a page, add a line. `open` goes there by itself where an address is not
// enough; `scripts` keeps JavaScript on (pages are looked at without it as well).

export const PAGES = [
  { name: 'components', path: '/components' },
  { name: 'components-sw', path: '/components?lang=sw' },
  { name: 'components-page', path: '/components/page' },
  { name: 'components-pictures', path: '/components/pictures', open: unfold },
  { name: 'components-prints', path: '/components/prints', scripts: true },
  { name: 'components-prints-still', path: '/components/prints' },
  { name: 'components-form', path: '/components/form' },
  { name: 'components-form-wrong', path: '/components/form?section=contact', open: sendWrong },
  { name: 'components-form-place', path: '/components/form?section=residence', open: sendPlace },
  { name: 'components-form-question', path: '/components/form?question=date_of_birth' },
  { name: 'components-form-checked', path: '/components/form?section=employment', open: send },
];

async function unfold(page) {
  await page.locator('details').first().locator('summary').click();
}

async function send(page) {
  await page.getByRole('button', { name: 'Check' }).click();
  await page.getByRole('heading', { name: 'Check your answers' }).waitFor();
}

async function sendWrong(page) {
  await page.locator('#mobile_phone').fill('12');
  await page.getByRole('button', { name: 'Check' }).click();
  await page.getByRole('alert').waitFor();
}

async function sendPlace(page) {
  await page.locator('[name="current_residence.county"]').selectOption('001');
  await page.locator('[name="current_residence.area"]').fill('Nowhere');
  await page.getByRole('button', { name: 'Check' }).click();
  await page.getByRole('alert').waitFor();
}
