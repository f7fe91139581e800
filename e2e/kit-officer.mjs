// What officers do at a registration kit, step by step, for the browser tests of the kit.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { SCREENS, SHOTS, TABLET, accessible, fits, named, visitor } from './browser.mjs';

// Where the officers are: the browser, the world of kit-server.mjs, the kit's address.
export const here = { browser: undefined, home: undefined, site: undefined };

export const main = (page) => page.getByRole('main');

// Clicks, and waits for the page that answers: what is read next is of that page.
export async function turn(page, target) {
  const turned = page.waitForEvent('domcontentloaded');
  await target.click();
  await turned;
}
export const save = (page) => turn(page, main(page).getByRole('button', { name: /^(Save and go on|Hifadhi na uendelee)( s)?$/ }));
export const press = (page, name) => turn(page, main(page).getByRole('button', { name, exact: true }));
export const follow = (page, name) => turn(page, main(page).getByRole('link', { name, exact: true }));
export const at = (page, part) => page.waitForURL((url) => url.pathname.endsWith(part));

export async function look(page, name) {
  for (const size of [TABLET, ...Object.values(SCREENS)]) {
    await page.setViewportSize(size);
    await named(page, name);
    await fits(page, `${name} at ${size.width}`);
    await page.screenshot({ path: join(SHOTS, `kit-${name}-${size.width}.png`), fullPage: true });
    // A tablet has the layout of a desk.
    if (size !== TABLET) await accessible(page, `${name} at ${size.width}`);
  }
}

// Pages are looked at with the engine of axe, which needs scripts in the page's own world;
// the pages themselves carry none, and their policy lets none run.
export async function officer(screen = SCREENS.desk) {
  const { page, strangers, complaints, context } = await visitor(here.browser, { origin: here.site, screen });
  return { page, strangers, complaints, context };
}

export async function signIn(page, { badge, pin }) {
  await page.goto(`${here.site}/`);
  await page.getByLabel(badge, { exact: true }).check();
  await page.getByLabel('PIN').fill(pin);
  await press(page, 'Sign in');
  await page.waitForURL(`${here.site}/home`);
}

export async function begin(page, form) {
  await page.goto(`${here.site}/begin`);
  await page.locator(`input[name=form][value=${form}]`).check();
  await press(page, 'Go on');
  await at(page, '/age');
}

export async function born(page, { day = '', month = '', year = '', precision, margin }) {
  for (const [part, text] of Object.entries({ day, month, year })) {
    await page.locator(`[name="date_of_birth.${part}"]`).fill(text);
  }
  await page.locator(`[name=date_of_birth_precision][value=${precision}]`).check();
  if (margin) await page.locator('[name=date_of_birth_margin]').fill(margin);
  await save(page);
}

export async function consent(page, mode = 'signature', witness = '') {
  await at(page, '/consent');
  await page.locator(`input[name=mode][value=${mode}]`).check();
  if (witness) await page.locator('[name=witness]').selectOption(witness);
  await save(page);
}

// A document that is photographed: its picture is looked at before the interview goes on.
export async function pictured(page) {
  await at(page, '/picture');
  await follow(page, 'Go on');
}

// One document, seen and photographed.
export async function shows(page, kind, number) {
  await at(page, '/documents');
  await turn(page, page.getByRole('link', { name: kind }));
  await page.locator('[name=shown][value=photographed]').check();
  await page.locator('[name=number]').fill(number);
  await page.locator('input[type=file]').setInputFiles(await photograph());
  await save(page);
  await pictured(page);
}

// Lets the devices capture until nothing of that kind is left to capture.
export async function capture(page, name = /^(Capture|Take the photo)( s)?$/, after = () => {}) {
  const button = main(page).getByRole('button', { name });
  await button.waitFor();
  for (let tries = 0; (await button.count()) > 0; tries += 1) {
    assert.ok(tries < 14, 'captures come to an end');
    await turn(page, button);
    await after(tries);
  }
}

// Ten fingers and a photo, by the devices.
export async function scanned(page) {
  await at(page, '/body');
  await press(page, 'Open the capture station');
  await capture(page);
  await main(page).getByText('Fingers and photo are saved').waitFor();
  await settled(page);
}

// What was captured goes into the record.
export async function settled(page) {
  await turn(page, main(page).getByRole('button', { name: /^Go on( s)?$/ }));
  await follow(page, 'Go on');
}

// Writes an answer into whatever stands under this name.
export async function write(page, name, text) {
  const field = page.locator(`[name="${name}"]`).first();
  const kind = await field.evaluate((one) => (one.tagName === 'SELECT' ? 'select' : one.type));
  if (kind === 'select') await field.selectOption(text);
  else if (kind === 'radio' || kind === 'checkbox') await page.locator(`[name="${name}"][value="${text}"]`).check();
  else await field.fill(text);
}

export async function findPlace(page, letters, label) {
  await page.locator('[name=find]').fill(letters);
  await press(page, 'Search');
  await page.getByLabel(label).check();
}

// Answers question after question; what has no answer here is passed over.
export async function questions(page, told, seen = () => {}) {
  const put = [];
  for (;;) {
    await page.waitForLoadState();
    const found = /\/questions\/(\w+)$/.exec(new URL(page.url()).pathname);
    if (!found) return put;
    const [, question] = found;
    assert.ok(put.filter((one) => one === question).length < 2, `${question} comes again`);
    put.push(question);
    await seen(question);
    const answer = told[question];
    if (typeof answer === 'function') await answer(page);
    else if (typeof answer === 'string') await write(page, question, answer);
    else for (const [part, text] of Object.entries(answer ?? {})) await write(page, `${question}${part}`, text);
    await save(page);
  }
}

export const ADULT = {
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

// A picture that any camera could have made: grey, 400 × 260.
export async function photograph() {
  const file = here.home.at('document.png');
  const context = await here.browser.newContext({ viewport: { width: 400, height: 260 } });
  const page = await context.newPage();
  await page.setContent('<h1>National identity card</h1><p>Specimen 00000001</p>');
  await page.screenshot({ path: file });
  await context.close();
  return file;
}

// No finger and no portrait can be taken here: a second officer vouches by PIN.
export async function vouched(page, second, seen = () => {}) {
  await at(page, '/body');
  await seen('body-before');
  await press(page, 'Open the capture station');
  for (const list of await page.locator('select[name^="missing."]').all()) await list.selectOption('WORN');
  await press(page, 'Take over from the station');
  await page.getByText('Something is missing').waitFor();
  await seen('body');
  await main(page).getByText('Let a second officer vouch for it').click();
  await page.locator('[name=reason]').selectOption('WORN');
  await page.getByLabel(second.badge, { exact: true }).check();
  await page.getByLabel('PIN of the second officer').fill(second.pin);
  await seen('vouch');
  await save(page);
}

// An adult with an identity card, with fingers and photo by devices; the number on the slip.
export async function enrolAdult(page) {
  await begin(page, 'adult');
  await born(page, { day: '23', month: '4', year: '1987', precision: 'DAY' });
  await press(page, 'I have read it aloud');
  await consent(page);
  await page.waitForURL(/\/questions\//);
  await questions(page, ADULT);
  await shows(page, 'National identity card', '00000001');
  await scanned(page);
  return finish(page);
}

// Where the country wants it, a supervisor looks before the interview is finished.
export async function approved(page, supervisor, seen = () => {}) {
  await at(page, '/check');
  await page.locator('[name=confirmed]').check();
  await press(page, 'Finish');
  await at(page, '/approve');
  await page.getByLabel(supervisor.badge, { exact: true }).check();
  await page.getByLabel('PIN of the supervisor').fill('000000');
  await save(page);
  await page.getByText('The PIN is wrong').first().waitFor();
  await seen('approve');
  await page.getByLabel(supervisor.badge, { exact: true }).check();
  await page.getByLabel('PIN of the supervisor').fill(supervisor.pin);
  await save(page);
  await page.getByText('A supervisor has looked and approves').waitFor();
}

export async function finish(page) {
  await at(page, '/check');
  await page.locator('[name=confirmed]').check();
  await press(page, 'Finish');
  await page.waitForURL(`${here.site}/done`);
  return main(page).getByText(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/).textContent();
}
