// Three days at a kit without a network: two officers, a grandmother with a child, a quarry
// worker without usable prints, a foreigner, a refugee, a person without papers, a no, and the
// power going in the middle of an interview, a form that was filled in at home. Then the centre
// counts what the kit counted.
// NIIMS_DAYS_RECORDS says how many are registered (45 on request), NIIMS_DAYS_CUT at which the
// power goes (41); `make test` registers few.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { launch } from './browser.mjs';
import { AT_HOME, codesOf, confirmed, fillIn, takeOver } from './home-form.mjs';
import {
  ADULT, approved, at, begin, born, capture, consent, finish, follow, here, look, officer, press, questions, save, scanned, settled, shows, signIn,
  write,
} from './kit-officer.mjs';
import { OFFICERS, addKit, clock, devices, end, niims, serve, world } from './kit-server.mjs';

const RECORDS = Number(process.env.NIIMS_DAYS_RECORDS ?? 9);
const CUT = Number(process.env.NIIMS_DAYS_CUT ?? 6);
const [SUPERVISOR, ONE, TWO] = OFFICERS;

let home;
let kit;
let scanners;
let registered = 0;
const slips = new Set();
const times = [];

// The kit's pages on the clock of that day, always under the same address.
async function open() {
  const port = here.site ? new URL(here.site).port : '0';
  const args = ['kit', 'serve', '--kit', home.at('kit'), '--listen', `127.0.0.1:${port}`, '--devices', '--stick', home.at('stick')];
  kit = await serve(args, /(http:\/\/127\.0\.0\.1:\d+)/);
  [, here.site] = kit.found;
}

const gone = (child) => new Promise((resolve) => child.once('exit', resolve));

// As when the power goes: no signal that could be heeded.
async function cut() {
  const ended = gone(kit.child);
  kit.child.kill('SIGKILL');
  await ended;
}

// Devices of the day, whom the kit is told to trust.
async function plugIn() {
  for (const child of Object.values(scanners ?? {})) child.kill();
  scanners = await devices(home);
  const list = join(home.at('centre'), 'public', 'devices.trust');
  const taken = niims(['kit', 'trust-devices', '--kit', home.at('kit'), list]);
  assert.equal(taken.code, 0, taken.out);
}

async function day(behind) {
  clock.behind = behind;
  if (kit) await cut();
  await plugIn();
  await open();
}

// Ten fingers and a photo, by the devices. The next person sits down first.
async function scan(page) {
  for (const child of Object.values(scanners)) child.stdin.write(`person ${1_000 + registered}\n`);
  await scanned(page);
}

async function whole(page) {
  const number = await finish(page);
  assert.ok(!slips.has(number), 'a number on a slip comes once');
  slips.add(number);
  registered += 1;
}

async function opened(page, form, birth, mode = 'signature', witness = '') {
  await begin(page, form);
  await born(page, birth);
  await at(page, '/notice');
  await press(page, 'I have read it aloud');
  if (form !== 'minor') await consent(page, mode, witness);
}

const person = () => ({
  ...ADULT,
  surname: `Sample${letters(registered)}`,
  identifiers: { '[0].kind': 'NATIONAL-ID', '[0].number': String(10_000_000 + registered) },
});

// Names hold no digits.
const letters = (n) => String(n).replace(/\d/g, (digit) => 'abcdefghij'[digit]);

async function adult(page) {
  const begun = performance.now();
  await opened(page, 'adult', { day: '23', month: '4', year: String(1950 + (registered % 50)), precision: 'DAY' });
  await page.waitForURL(/\/questions\//);
  const told = person();
  await questions(page, told);
  await shows(page, 'National identity card', told.identifiers['[0].number']);
  await scan(page);
  await whole(page);
  times.push(performance.now() - begun);
}

async function closeDay(page, papers) {
  await signIn(page, SUPERVISOR);
  await page.goto(`${here.site}/day`);
  for (const [form, count] of Object.entries(papers)) await page.locator(`[name="papers.${form}"]`).fill(String(count));
  await press(page, 'Save the count of paper forms');
  assert.equal(await page.getByText('Differs: count again').count(), 0);
  await press(page, 'Sign and close the day');
  await page.waitForURL(`${here.site}/day/report`);
  await page.getByText('Supervisor, signature verified').waitFor();
}

// The packets of the first day go to the centre on a stick, and their receipts come back on it.
async function onFoot(page) {
  await page.goto(`${here.site}/day`);
  await press(page, 'Write to the stick');
  await page.getByText(`On the stick: ${registered} packets`).waitFor();
  const taken = niims(['stick', 'take', '--data', home.at('centre'), '--stick', home.at('stick')]);
  assert.equal(taken.code, 0, taken.out);
  await press(page, 'Take receipts from the stick');
  await page.getByText(`Receipts taken: ${registered}. False receipts: 0.`).waitFor();
  await look(page, 'days-receipts');
  return registered;
}

before(async () => {
  here.browser = await launch();
  clock.behind = 2;
  home = await world();
  here.home = home;
});
after(async () => {
  await here.browser?.close();
  if (home) await end(home);
});

describe('three days at a kit', () => {
  let page;
  let codes;
  let walked;

  it('first day: a grandmother with a child, a quarry worker', async () => {
    await day(2);
    ({ page } = await officer());
    codes = await atHome(page);
    await signIn(page, ONE);
    await adult(page);
    await grandmother(page);
    await signIn(page, TWO);
    await quarryWorker(page);
    await closeDay(page, { adult: 2, minor: 1 });
    walked = await onFoot(page);
  });

  it('second day: a foreigner, a refugee, somebody without papers, a no, and the power goes', async () => {
    await day(1);
    await signIn(page, ONE);
    const first = registered;
    let cuts = 0;
    await foreigner(page);
    await refugee(page);
    await withoutPapers(page);
    await saysNo(page);
    await withForm(page, codes);
    let adults = 2;
    while (registered < RECORDS - 1) {
      await signIn(page, registered % 2 === 0 ? ONE : TWO);
      if (registered + 1 >= CUT && cuts === 0) {
        await throughTheDark(page);
        cuts += 1;
      } else {
        await adult(page);
      }
      adults += 1;
    }
    assert.equal(cuts, 1, 'the power went once');
    assert.ok(registered > first);
    await closeDay(page, { adult: adults, foreigner: 1, refugee: 1 });
  });

  it('third day: the last one, and the centre counts the same', async () => {
    await day(0);
    await signIn(page, TWO);
    await adult(page);
    await signIn(page, SUPERVISOR);
    const centre = await serve(['serve', '--data', home.at('centre'), '--listen', '127.0.0.1:0'], /http:\/\/(127\.0\.0\.1:\d+)/);
    await cut();
    const args = ['kit', 'serve', '--kit', home.at('kit'), '--listen', `127.0.0.1:${new URL(here.site).port}`, '--devices'];
    kit = await serve([...args, '--upload-by-hand', '--centre', `http://${centre.found[1]}`], /(http:\/\/127\.0\.0\.1:\d+)/);
    await signIn(page, SUPERVISOR);
    await page.goto(`${here.site}/day`);
    await press(page, 'Send to the centre');
    await page.getByText(`Sent: ${registered - walked}. Not sent: 0.`).waitFor({ timeout: 600_000 });
    await closeDay(page, { adult: 1 });
    await look(page, 'days-report');
    assert.equal(slips.size, registered);
    assert.equal(await received(), registered);
    times.sort((a, b) => a - b);
    console.log(`${registered} records in three days; an adult takes ${Math.round(times[times.length >> 1])} ms of page time (p50), ${Math.round(times.at(-1))} ms at most`);
    const seen = spawnSync('grep', ['-rlE', 'Samplea|Sample Elder|1987-04-23', home.at('kit')], { encoding: 'utf8' });
    assert.equal(seen.stdout, '', 'nothing in clear on the disk');
  });
});

async function grandmother(page) {
  const young = { year: String(new Date().getFullYear() - 9), month: '3', day: '14' };
  await opened(page, 'minor', { ...young, precision: 'DAY' });
  await at(page, '/guardian');
  await page.locator('[name="guardian.first_name"]').fill('Example');
  await page.locator('[name="guardian.surname"]').fill('Grandmother');
  await page.locator('[name="guardian.relationship"]').selectOption('GRANDPARENT');
  await page.locator('[name="guardian.identifier_number"]').fill('00000009');
  await page.locator('[name=known][value=document_seen]').check();
  await save(page);
  await consent(page, 'mark', 'CHIEF');
  await page.waitForURL(/\/questions\//);
  const told = {
    ...person(),
    date_of_birth_evidence: 'BIRTH_CERTIFICATE',
    child_assent: 'yes',
    identifiers: { '[0].kind': 'BIRTH-CERTIFICATE', '[0].number': 'B0000001' },
    mobile_phone: undefined,
    mobile_phone_ownership: undefined,
  };
  await questions(page, told);
  await shows(page, 'Birth certificate entry number', 'B0000001');
  await scan(page);
  await whole(page);
}

// No print can be used: each is tried, then a second officer confirms it.
async function quarryWorker(page) {
  await opened(page, 'adult', { year: '1968', precision: 'YEAR' });
  await page.waitForURL(/\/questions\//);
  const told = person();
  await questions(page, told);
  await shows(page, 'National identity card', told.identifiers['[0].number']);
  scanners.finger.stdin.write('low-quality\n');
  await at(page, '/body');
  await press(page, 'Open the capture station');
  await capture(page, /^Capture( s)?$/);
  await look(page, 'days-tried');
  await follow(page, 'A finger cannot be captured');
  for (const finger of await page.locator('[name=finger]').all()) await finger.check();
  await page.locator('[name=reason]').selectOption('WORN');
  await page.getByLabel(ONE.badge, { exact: true }).check();
  await page.getByLabel('PIN of the second officer').fill(ONE.pin);
  await save(page);
  await look(page, 'days-worn');
  scanners.finger.stdin.write('none\n');
  await capture(page);
  await settled(page);
  await whole(page);
}

async function foreigner(page) {
  await opened(page, 'foreigner', { year: '1979', precision: 'YEAR' });
  await page.waitForURL(/\/questions\//);
  await questions(page, {
    ...person(),
    residency_category: 'FOREIGN_RESIDENT',
    nationalities: (at) => write(at, 'nationalities', 'UG'),
    permit: { '.kind': 'D', '.number': 'R000001' },
    birth_country: 'UG',
    birth_place: undefined,
    citizenship_mode: undefined,
    identifiers: { '[0].kind': 'PASSPORT', '[0].number': 'A0000001' },
  });
  await shows(page, 'Passport', 'A0000001');
  await scan(page);
  await whole(page);
}

async function refugee(page) {
  await opened(page, 'refugee', { year: '1991', precision: 'ESTIMATED', margin: '3' }, 'spoken', 'ELDER');
  await page.waitForURL(/\/questions\//);
  const put = await questions(page, {
    ...person(),
    residency_category: 'REFUGEE',
    birth_country: 'SO',
    birth_place: undefined,
    citizenship_mode: undefined,
    identifiers: { '[0].kind': 'REFUGEE-ID', '[0].number': 'REF0000001' },
  });
  assert.ok(!put.includes('tribe'), 'nobody is asked for a tribe');
  await shows(page, 'Refugee identity card', 'REF0000001');
  await scan(page);
  await whole(page);
}

async function withoutPapers(page) {
  await opened(page, 'adult', { year: '1955', precision: 'ESTIMATED', margin: '5' }, 'spoken', 'ELDER');
  await page.waitForURL(/\/questions\//);
  const { identifiers, ...rest } = person();
  const introduced = { '[0].name': 'Sample Elder', '[0].position': 'ELDER' };
  const put = await questions(page, { ...rest, no_document_reason: 'NEVER_ISSUED', introducers: introduced });
  assert.ok(put.includes('introducers'), put.join(' '));
  await scan(page);
  await approved(page, SUPERVISOR);
  await whole(page);
}

async function saysNo(page) {
  await begin(page, 'adult');
  await born(page, { year: '1990', precision: 'YEAR' });
  await at(page, '/notice');
  await press(page, 'I have read it aloud');
  await at(page, '/consent');
  await press(page, 'They say no');
  await page.getByRole('heading', { name: 'Nothing was recorded' }).waitFor();
}

const HOME_NUMBER = '20000001';

// Somebody with a telephone fills the form in, and prints it.
async function atHome(page) {
  const centre = await serve(['serve', '--data', home.at('centre'), '--listen', '127.0.0.1:0'], /(http:\/\/127\.0\.0\.1:\d+)/);
  await page.goto(`${centre.found[1]}/form`);
  await page.locator('[name=kind][value=adult]').check();
  await press(page, 'Begin');
  await fillIn(page, { ...AT_HOME, 'identifiers[0].number': HOME_NUMBER });
  const codes = await codesOf(page, 'days-code');
  const ended = gone(centre.child);
  centre.child.kill();
  await ended;
  return codes;
}

// The printed form before the camera: only what it does not say is asked.
async function withForm(page, codes) {
  await opened(page, 'adult', { day: '23', month: '4', year: '1987', precision: 'DAY' });
  await page.waitForURL(/\/questions\//);
  await takeOver(page, scanners.face, codes);
  const asked = await questions(page, { date_of_birth_evidence: 'BIRTH_CERTIFICATE' });
  assert.ok(!asked.includes('surname'), asked.join(' '));
  await shows(page, 'National identity card', HOME_NUMBER);
  await scan(page);
  await at(page, '/check');
  await confirmed(page);
  await whole(page);
}

// The power goes in the middle of the questions. What was saved is there when it is back.
async function throughTheDark(page) {
  await opened(page, 'adult', { day: '1', month: '2', year: '1983', precision: 'DAY' });
  await page.waitForURL(/\/questions\//);
  const where = new URL(page.url()).pathname.replace(/\/questions\/.*/, '');
  const told = person();
  const dark = new Error('dark');
  await assert.rejects(
    questions(page, told, (question) => {
      if (question === 'birth_country') throw dark;
    }),
    dark,
  );
  await cut();
  await open();
  const second = registered % 2 === 0 ? ONE : TWO;
  await signIn(page, second);
  await page.goto(`${here.site}${where}/questions/surname`);
  assert.equal(await page.locator('[name=surname]').inputValue(), told.surname);
  await page.goto(`${here.site}${where}`);
  await page.waitForURL(/\/questions\/birth_country/);
  await questions(page, told);
  await shows(page, 'National identity card', told.identifiers['[0].number']);
  await scan(page);
  await whole(page);
}

// Sealed packets that the centre holds: files named by their hash.
async function received() {
  const entries = await readdir(home.at('centre/packets'), { recursive: true, withFileTypes: true });
  return entries.filter((one) => one.isFile()).length;
}
