// A form that is filled in at home: on the portal, then before the camera of a kit.

import assert from 'node:assert/strict';
import { follow, here, main, press, turn, write } from './kit-officer.mjs';

export const AT_HOME = {
  surname: 'Sample',
  first_name: 'Test',
  sex: 'FEMALE',
  'date_of_birth.day': '23',
  'date_of_birth.month': '4',
  'date_of_birth.year': '1987',
  date_of_birth_precision: 'DAY',
  residency_category: 'CITIZEN',
  citizenship_mode: 'BIRTH',
  birth_country: 'UG',
  'identifiers[0].kind': 'NATIONAL-ID',
  'identifiers[0].number': '00000001',
  'current_residence.county': '001',
  'current_residence.area': 'Port Reitz',
  mobile_phone: '0700 000 001',
  mobile_phone_ownership: 'OWN',
  preferred_language: 'sw',
  occupation: 'Potter',
};

// Writes an answer where its question is on this page.
async function fill(page, name, text) {
  if ((await page.locator(`[name="${name}"]`).count()) > 0) await write(page, name, text);
}

// Answers part after part until the form may be printed; how many parts there were.
export async function fillIn(page, answers, seen = () => {}) {
  const parts = new Set();
  for (;;) {
    const heading = await main(page).getByRole('heading', { level: 1 }).textContent();
    if (heading === 'Print this page and bring it') return parts.size;
    assert.ok(!parts.has(heading), `${heading} comes again`);
    parts.add(heading);
    for (const [name, text] of Object.entries(answers)) await fill(page, name, text);
    await seen(parts.size);
    await press(page, 'Go on');
  }
}

// The codes of the printed form, each in a picture of its own.
export async function codesOf(page, name) {
  const codes = [];
  await page.locator('figure svg').first().waitFor();
  for (const [place, code] of (await page.locator('figure svg').all()).entries()) {
    const file = here.home.at(`${name}-${place}.png`);
    await code.screenshot({ path: file });
    codes.push(file);
  }
  assert.ok(codes.length > 1 && codes.length < 5, `${codes.length} codes`);
  return codes;
}

// Holds a picture before the camera; an empty name takes it away.
export function holdUp(camera, file) {
  const heard = new Promise((resolve) => camera.stdout.once('data', resolve));
  camera.stdin.write(`hold-up ${file}\n`);
  return heard;
}

export const readCode = (page) => turn(page, main(page).getByRole('button', { name: /^Read the code( s)?$/ }));

// Reads every code of a form, from an interview that stands at its first question.
export async function takeOver(page, camera, codes) {
  await turn(page, main(page).getByText('Fill in from the code of a form'));
  for (const code of codes) {
    await holdUp(camera, code);
    await readCode(page);
  }
  await page.getByText('Answers taken over').waitFor();
  await holdUp(camera, '');
  await follow(page, 'Go on');
}

// Each answer that came from a form is read aloud and ticked.
export async function confirmed(page) {
  await page.locator('[name=prefilled]').first().waitFor();
  for (const tick of await page.locator('[name=prefilled]').all()) await tick.check();
}
