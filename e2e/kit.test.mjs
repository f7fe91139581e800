// Officers at a registration kit, in a real browser without any script: an adult, a child, a
// foreigner, a person without papers, a no, and the end of the day. The kit, its centre and its
// stick are made for these tests; NIIMS_BIN names the executable.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { SHOTS, launch } from './browser.mjs';
import {
  ADULT, approved, at, begin, born, capture, consent, finish, follow, here, look, main, officer, photograph, pictured, press, questions, save,
  settled, shows, signIn, turn, vouched, write,
} from './kit-officer.mjs';
import { OFFICERS, addKit, devices, end, niims, serve, world } from './kit-server.mjs';

let home;
let started;
before(async () => {
  here.browser = await launch();
  home = await world();
  here.home = home;
  const centre = await serve(['serve', '--data', home.at('centre'), '--listen', '127.0.0.1:0'], /http:\/\/(127\.0\.0\.1:\d+)/);
  const args = ['kit', 'serve', '--kit', home.at('kit'), '--listen', '127.0.0.1:0'];
  started = await serve([...args, '--centre', `http://${centre.found[1]}`, '--upload-by-hand', '--stick', home.at('stick')], /(http:\/\/127\.0\.0\.1:\d+)/);
  here.site = started.found[1];
});
after(async () => {
  await here.browser?.close();
  if (home) await end(home);
});

describe('a registration kit', () => {
  it('starts quickly, serves its own laptop alone, and answers to no other name', async () => {
    console.log(`kit serve: ${Math.round(started.ms)} ms to its first page`);
    const outside = niims(['kit', 'serve', '--kit', home.at('kit'), '--listen', '0.0.0.0:0']);
    assert.notEqual(outside.code, 0);
    assert.match(outside.out, /serves this machine alone/);
    const answer = (headers) =>
      new Promise((resolve, reject) => {
        request(`${here.site}/`, { headers }, (response) => resolve(response.statusCode)).on('error', reject).end();
      });
    assert.equal(await answer({}), 200);
    assert.equal(await answer({ host: 'evil.example' }), 421);
  });

  it('takes an adult in, one question on a page, and gives a slip', async () => {
    const { page, strangers, complaints } = await officer();
    await page.goto(`${here.site}/`);
    await look(page, 'officers');
    await page.getByLabel('Desk one').check();
    await page.getByLabel('PIN').fill('000000');
    await press(page, 'Sign in');
    await page.getByText('The PIN is wrong').first().waitFor();
    await look(page, 'officers-wrong');
    await signIn(page, OFFICERS[1]);
    await look(page, 'home');
    await page.goto(`${here.site}/begin`);
    await look(page, 'begin');
    const begun = performance.now();
    await begin(page, 'adult');
    await look(page, 'age');
    await born(page, { day: '23', month: '4', year: '1987', precision: 'DAY' });
    await at(page, '/notice');
    assert.equal(await main(page).getByRole('heading', { level: 2 }).count(), 4, 'exactly four items');
    await look(page, 'notice');
    await press(page, 'I have read it aloud');
    await at(page, '/consent');
    await look(page, 'consent');
    await page.locator('input[name=mode][value=mark]').check();
    await save(page);
    await page.getByText('needs a witness').first().waitFor();
    await consent(page, 'mark', 'CHIEF');
    // Half done: a colleague works in between, and nothing is lost.
    await page.waitForURL(/\/questions\//);
    const mine = new URL(page.url()).pathname;
    await signIn(page, OFFICERS[2]);
    const theirs = await page.goto(`${here.site}${mine}`);
    assert.equal(theirs.status(), 404, 'another officer cannot open it');
    await signIn(page, OFFICERS[1]);
    await page.getByRole('link', { name: 'No name yet' }).click();
    await page.waitForURL(`${here.site}${mine}`);
    const shown = new Set(['surname', 'date_of_birth_evidence', 'birth_place', 'identifiers', 'farming_activities']);
    const put = await questions(page, ADULT, async (question) => {
      if (shown.has(question)) await look(page, `question-${question}`);
    });
    assert.ok(put.length > 30 && !put.includes('permit'), put.join(' '));
    await at(page, '/documents');
    await look(page, 'documents');
    await page.getByRole('link', { name: 'National identity card' }).click();
    await page.locator('[name=shown][value=photographed]').check();
    await page.locator('[name=number]').fill('00000002');
    await page.locator('input[type=file]').setInputFiles(await photograph());
    await save(page);
    await page.getByText('The number differs').first().waitFor();
    await page.locator('[name=number]').fill('0000 0001');
    await page.locator('input[type=file]').setInputFiles(home.at('document.png'));
    await look(page, 'document');
    await save(page);
    await pictured(page);
    await vouched(page, OFFICERS[2], (name) => look(page, name));
    await at(page, '/check');
    await look(page, 'check');
    await press(page, 'Finish');
    await page.getByText('Read the answers aloud and let').first().waitFor();
    const number = await finish(page);
    await look(page, 'done');
    const ms = performance.now() - begun;
    console.log(`adult: ${Math.round(ms)} ms of page time and looking`);
    for (const width of ['a6', '80', '58']) {
      const slip = await page.request.get(`${here.site}/slip/${width}`);
      assert.equal(slip.headers()['content-type'], 'application/pdf');
      const file = home.at(`slip-${width}.pdf`);
      await writeFile(file, await slip.body());
      const text = spawnSync('pdftotext', [file, '-'], { encoding: 'utf8' }).stdout.replace(/\s+/g, ' ');
      assert.ok(text.includes(number) && /costs/i.test(text) && /free of charge/.test(text), text);
      spawnSync('pdftoppm', ['-r', '100', '-png', '-singlefile', file, join(SHOTS, `kit-slip-${width}`)]);
    }
    assert.deepEqual(strangers, []);
    assert.deepEqual(complaints, []);
  });

  it('asks a guardian first, turns nobody away unkindly, and keeps nothing of a no', async () => {
    const { page } = await officer();
    await signIn(page, OFFICERS[1]);
    await begin(page, 'minor');
    const today = new Date();
    const six = { year: String(today.getFullYear() - 6), month: String(today.getMonth() + 1), day: String(today.getDate()) };
    const tomorrow = new Date(today.getTime() + 86_400_000);
    await born(page, { year: String(tomorrow.getFullYear() - 6), month: String(tomorrow.getMonth() + 1), day: String(tomorrow.getDate()), precision: 'DAY' });
    await page.getByText('A little too young today').first().waitFor();
    await look(page, 'under-six');
    await begin(page, 'minor');
    await born(page, { ...six, precision: 'DAY' });
    await at(page, '/notice');
    await press(page, 'I have read it aloud');
    await at(page, '/guardian');
    await page.locator('[name="guardian.first_name"]').fill('Example');
    await page.locator('[name="guardian.relationship"]').selectOption('GRANDPARENT');
    await save(page);
    await page.getByText('Say how the parent or guardian was identified').first().waitFor();
    await look(page, 'guardian');
    await page.locator('[name=known][value=introduced]').check();
    await write(page, 'introduced_by', 'CHIEF');
    await save(page);
    await at(page, '/consent');
    await press(page, 'They say no');
    await page.getByRole('heading', { name: 'Nothing was recorded' }).waitFor();
    await look(page, 'declined');
    await page.goto(`${here.site}/home`);
    assert.equal(await page.getByText('Your unfinished interviews').count(), 0);
    // An adult's date on the form for children: the kit offers the right form.
    await begin(page, 'minor');
    await born(page, { year: '1990', precision: 'YEAR' });
    await press(page, 'Go on with the form for adults');
    await at(page, '/notice');
  });

  it('takes a foreigner in on the dense screen and a person without papers, in Swahili', async () => {
    const { page } = await officer();
    await signIn(page, OFFICERS[2]);
    await press(page, 'Show a part of the form on one page');
    await page.waitForURL(`${here.site}/home`);
    await begin(page, 'foreigner');
    await born(page, { year: '1979', precision: 'YEAR' });
    await press(page, 'I have read it aloud');
    await consent(page);
    const parts = {
      personal: { first_name: 'Specimen', sex: 'MALE', date_of_birth_evidence: 'IDENTITY_DOCUMENT' },
      nationality: { residency_category: 'FOREIGN_RESIDENT' },
      birth: { birth_country: 'UG' },
      identifiers: { 'identifiers[0].kind': 'PASSPORT', 'identifiers[0].number': 'A0000001' },
      residence: { 'current_residence.county': '001', 'current_residence.area': 'Port Reitz' },
      contact: { preferred_language: 'en' },
    };
    const visits = new Map();
    for (;;) {
      await page.waitForLoadState();
      const url = new URL(page.url()).pathname;
      const found = /\/(parts|questions)\/(\w+)$/.exec(url);
      if (!found) break;
      const part = found[2];
      visits.set(part, (visits.get(part) ?? 0) + 1);
      assert.ok(visits.get(part) < 4, `${part} comes again`);
      if (visits.get(part) === 1) {
        if (part === 'personal') await look(page, 'dense');
        for (const [name, text] of Object.entries(parts[part] ?? {})) await write(page, name, text);
      } else if (part === 'nationality') {
        await write(page, 'nationalities', 'UG');
        await write(page, 'permit.kind', 'D');
        await write(page, 'permit.number', 'R000001');
      }
      await save(page);
    }
    await at(page, '/documents');
    await page.getByRole('link', { name: 'Passport' }).click();
    await page.locator('[name=shown][value=not_shown]').check();
    await save(page);
    await vouched(page, OFFICERS[1]);
    await finish(page);

    await page.goto(`${here.site}/home`);
    await press(page, 'Show one question on a page');
    await begin(page, 'adult');
    await born(page, { year: '1955', precision: 'ESTIMATED', margin: '5' });
    await page.goto(`${page.url()}?lang=sw`);
    await page.getByRole('heading', { name: 'Soma hii kwa sauti' }).waitFor();
    await look(page, 'notice-sw');
    await press(page, 'Nimesoma kwa sauti');
    await consent(page, 'spoken', 'ELDER');
    await page.waitForURL(/\/questions\//);
    await look(page, 'question-sw');
    await page.goto(`${page.url()}?lang=en`);
    const { identifiers, surname, ...rest } = ADULT;
    const told = { ...rest, no_document_reason: 'NEVER_ISSUED', introducers: { '[0].name': 'Sample Elder', '[0].position': 'ELDER' } };
    const put = await questions(page, told);
    assert.ok(put.includes('introducers'), put.join(' '));
    await vouched(page, OFFICERS[1]);
    await approved(page, OFFICERS[0], (name) => look(page, name));
    await finish(page);
  });

  it('closes the day: counts, paper forms, a signature, the stick, the centre', async () => {
    const { page } = await officer();
    await signIn(page, OFFICERS[1]);
    await page.goto(`${here.site}/day`);
    assert.equal(await page.getByRole('button', { name: 'Sign and close the day' }).count(), 0, 'no officer closes it');
    await signIn(page, OFFICERS[0]);
    await page.goto(`${here.site}/day`);
    await page.locator('[name="papers.adult"]').fill('3');
    await page.locator('[name="papers.foreigner"]').fill('1');
    await press(page, 'Save the count of paper forms');
    await page.getByText('Differs: count again').first().waitFor();
    await look(page, 'day');
    await page.locator('[name="papers.adult"]').fill('2');
    await press(page, 'Save the count of paper forms');
    await press(page, 'Write to the stick');
    await page.getByText('On the stick: 3 packets').waitFor();
    const [folder] = await readdir(home.at('stick'));
    const manifest = JSON.parse(await readFile(join(home.at('stick'), folder, 'manifest.json'), 'utf8'));
    assert.equal(manifest.packets.length, 3);
    await press(page, 'Send to the centre');
    await page.getByText('Sent: 3. Not sent: 0.').waitFor();
    await press(page, 'Sign and close the day');
    await page.waitForURL(`${here.site}/day/report`);
    await page.getByText('Supervisor, signature verified').waitFor();
    await look(page, 'report');
    await page.goto(`${here.site}/day/report?lang=sw`);
    await look(page, 'report-sw');
    // What was told stands in no file of the kit but sealed.
    const seen = spawnSync('grep', ['-rlE', 'Specimen|Sample Elder|1987-04-23', home.at('kit')], { encoding: 'utf8' });
    assert.equal(seen.stdout, '', 'nothing in clear on the disk');
  });

  it('captures fingers and photo by devices, and says what to do when one is gone', async () => {
    addKit(home.at, 'kit-devices', 'E2E-2');
    const started = await devices(home);
    const list = join(home.at('centre'), 'public', 'devices.trust');
    const taken = niims(['kit', 'trust-devices', '--kit', home.at('kit-devices'), list]);
    assert.equal(taken.code, 0, taken.out);
    const kit = await serve(
      ['kit', 'serve', '--kit', home.at('kit-devices'), '--listen', '127.0.0.1:0', '--devices'],
      /(http:\/\/127\.0\.0\.1:\d+)/,
    );
    here.site = kit.found[1];
    const { page, strangers, complaints } = await officer();
    await signIn(page, OFFICERS[1]);
    await begin(page, 'adult');
    await born(page, { day: '23', month: '4', year: '1987', precision: 'DAY' });
    await press(page, 'I have read it aloud');
    await consent(page);
    await page.waitForURL(/\/questions\//);
    await questions(page, ADULT);
    await shows(page, 'National identity card', '00000001');
    await at(page, '/body');
    await press(page, 'Open the capture station');
    await main(page).getByText('Right hand: lay four fingers').waitFor();
    const live = main(page).locator('figure img');
    for (let looks = 0; (await live.evaluate((one) => one.naturalWidth)) === 0; looks += 1) {
      assert.ok(looks < 50, 'no live picture came');
      await page.waitForTimeout(100);
    }
    await look(page, 'scan-right');
    // The scanner goes away in the middle and comes back: nothing is lost, and the page says what to do.
    started.finger.stdin.write('cut-answer\n');
    await turn(page, main(page).getByRole('button', { name: /^Capture( s)?$/ }));
    await page.getByText('The device went away in the middle').first().waitFor();
    await look(page, 'scan-gone');
    started.finger.stdin.write('none\n');
    await capture(page, /^Capture( s)?$/, async (tries) => {
      if (tries === 0) await look(page, 'scan-taken');
    });
    await main(page).getByText('Photo: the person sits').waitFor();
    await look(page, 'scan-portrait');
    await capture(page);
    await main(page).getByText('Fingers and photo are saved').waitFor();
    await look(page, 'scan-whole');
    await follow(page, 'A finger cannot be captured');
    await look(page, 'scan-missing');
    await page.goBack();
    await settled(page);
    await finish(page);
    assert.deepEqual(strangers, []);
    assert.deepEqual(complaints, []);
  });
});
