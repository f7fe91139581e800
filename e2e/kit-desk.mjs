// An officer's hands at a kit with devices: from sign-in to the slip, page by page.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { SCREENS, SHOTS, accessible, fits, named } from './browser.mjs';

export const main = (page) => page.getByRole('main');
export const press = (page, name) => main(page).getByRole('button', { name, exact: true }).click();
const save = (page) => main(page).getByRole('button', { name: /^Save and go on( s)?$/ }).click();
const at = (page, part) => page.waitForURL((url) => url.pathname.endsWith(part));

// Looks at a page on a telephone and on a desk, with axe.
export async function look(page, name) {
  for (const size of Object.values(SCREENS)) {
    await page.setViewportSize(size);
    await named(page, name);
    await fits(page, `${name} at ${size.width}`);
    await page.screenshot({ path: join(SHOTS, `kit-${name}-${size.width}.png`), fullPage: true });
    await accessible(page, `${name} at ${size.width}`);
  }
}

export async function signIn(page, site, { badge, pin }) {
  await page.goto(`${site}/`);
  await page.getByLabel(badge, { exact: true }).check();
  await page.getByLabel('PIN').fill(pin);
  await press(page, 'Sign in');
  await page.waitForURL(`${site}/home`);
}

async function write(page, name, text) {
  const field = page.locator(`[name="${name}"]`).first();
  const kind = await field.evaluate((one) => (one.tagName === 'SELECT' ? 'select' : one.type));
  if (kind === 'select') await field.selectOption(text);
  else if (kind === 'radio' || kind === 'checkbox') await page.locator(`[name="${name}"][value="${text}"]`).check();
  else await field.fill(text);
}

async function findPlace(page, letters, label) {
  await page.locator('[name=find]').fill(letters);
  await press(page, 'Search');
  await page.getByLabel(label).check();
}

const ADULT = {
  surname: 'Sample',
  first_name: 'Test',
  sex: 'FEMALE',
  date_of_birth_evidence: 'BIRTH_CERTIFICATE',
  residency_category: 'CITIZEN',
  citizenship_mode: 'BIRTH',
  birth_country: 'KE',
  birth_place: (page) => findPlace(page, 'momb', /^Mombasa/),
  identifiers: { '[0].kind': 'NATIONAL-ID', '[0].number': '00000001' },
  current_residence: (page) => findPlace(page, 'port re', /Port Reitz/i),
  mobile_phone: '0700 000 001',
  mobile_phone_ownership: 'OWN',
  preferred_language: 'sw',
};

async function questions(page) {
  for (let put = 0; put < 80; put += 1) {
    await page.waitForLoadState();
    const found = /\/questions\/(\w+)$/.exec(new URL(page.url()).pathname);
    if (!found) return;
    const answer = ADULT[found[1]];
    if (typeof answer === 'function') await answer(page);
    else if (typeof answer === 'string') await write(page, found[1], answer);
    else for (const [part, text] of Object.entries(answer ?? {})) await write(page, `${found[1]}${part}`, text);
    await save(page);
  }
  assert.fail('the questions do not end');
}

// A picture that any camera could have made: grey, 400 × 260.
async function photograph(browser, file) {
  const context = await browser.newContext({ viewport: { width: 400, height: 260 } });
  const page = await context.newPage();
  await page.setContent('<h1>National identity card</h1><p>Specimen 00000001</p>');
  await page.screenshot({ path: file });
  await context.close();
  return file;
}

// Takes an adult in, with fingers and photo by devices; the number on the slip.
export async function enrolAdult({ browser, page, site, file }) {
  await page.goto(`${site}/begin`);
  await page.locator('input[name=form][value=adult]').check();
  await press(page, 'Go on');
  await at(page, '/age');
  for (const [part, text] of Object.entries({ day: '23', month: '4', year: '1987' })) {
    await page.locator(`[name="date_of_birth.${part}"]`).fill(text);
  }
  await page.locator('[name=date_of_birth_precision][value=DAY]').check();
  await save(page);
  await press(page, 'I have read it aloud');
  await at(page, '/consent');
  await page.locator('input[name=mode][value=signature]').check();
  await save(page);
  await page.waitForURL(/\/questions\//);
  await questions(page);
  await at(page, '/documents');
  await page.getByRole('link', { name: 'National identity card' }).click();
  await page.locator('[name=shown][value=photographed]').check();
  await page.locator('[name=number]').fill('00000001');
  await page.locator('input[type=file]').setInputFiles(await photograph(browser, file));
  await save(page);
  await at(page, '/body');
  await press(page, 'Open the capture station');
  const capture = main(page).getByRole('button', { name: /^Capture( s)?$/ });
  for (let tries = 0; tries < 12 && (await capture.count()) > 0; tries += 1) {
    await capture.click();
    await page.waitForLoadState();
  }
  await main(page).getByRole('button', { name: /^Take the photo( s)?$/ }).click();
  await main(page).getByText('Fingers and photo are saved').waitFor();
  await main(page).getByRole('button', { name: /^Go on( s)?$/ }).click();
  await main(page).getByRole('link', { name: 'Go on', exact: true }).click();
  await at(page, '/check');
  await page.locator('[name=confirmed]').check();
  await press(page, 'Finish');
  await page.waitForURL(`${site}/done`);
  return main(page).getByText(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/).textContent();
}
