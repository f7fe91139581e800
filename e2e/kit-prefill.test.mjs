// From the form at home to the kit: filled in on the portal, printed, held before the kit's camera,
// confirmed answer by answer. And what stands around it: documents made flat, the language at a key,
// a PIN that is changed. NIIMS_BIN names the executable.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { SCREENS, SHOTS, launch, visitor } from './browser.mjs';
import { at, begin, born, consent, here, look, main, press, questions, save, signIn, write } from './kit-officer.mjs';
import { OFFICERS, addKit, devices, end, niims, serve, world } from './kit-server.mjs';

let browser;
let home;
let portal;
let site;
let camera;
before(async () => {
  browser = await launch();
  home = await world();
  const centre = await serve(['serve', '--data', home.at('centre'), '--listen', '127.0.0.1:0'], /(http:\/\/127\.0\.0\.1:\d+)/);
  portal = centre.found[1];
  addKit(home.at, 'kit-prefill', 'E2E-3');
  camera = (await devices(home)).face;
  const taken = niims(['kit', 'trust-devices', '--kit', home.at('kit-prefill'), join(home.at('centre'), 'public', 'devices.trust')]);
  assert.equal(taken.code, 0, taken.out);
  const kit = await serve(['kit', 'serve', '--kit', home.at('kit-prefill'), '--listen', '127.0.0.1:0', '--devices'], /(http:\/\/127\.0\.0\.1:\d+)/);
  site = kit.found[1];
  Object.assign(here, { browser, home, site });
});
after(async () => {
  await browser?.close();
  if (home) await end(home);
});

// Writes an answer where its question is on this page.
async function fill(page, name, text) {
  if ((await page.locator(`[name="${name}"]`).count()) > 0) await write(page, name, text);
}

const AT_HOME = {
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

async function consented(page) {
  await begin(page, 'adult');
  await born(page, { day: '23', month: '4', year: '1987', precision: 'DAY' });
  await at(page, '/notice');
  await press(page, 'I have read it aloud');
  await consent(page);
  await page.waitForURL(/\/questions\//);
}

// Holds a picture before the camera; an empty name takes it away.
function holdUp(file) {
  const heard = new Promise((resolve) => camera.stdout.once('data', resolve));
  camera.stdin.write(`hold-up ${file}\n`);
  return heard;
}

const codes = [];

describe('a form that is filled in at home', () => {
  it('is filled in on the portal, and printed with its codes', async () => {
    const { page, strangers, complaints } = await visitor(browser, { origin: portal });
    await page.goto(`${portal}/form`);
    await look(page, 'form');
    await page.locator('[name=kind][value=adult]').check();
    await press(page, 'Begin');
    await press(page, 'Go on');
    await page.getByText('There is a problem').waitFor();
    await look(page, 'form-wrong');
    const seen = new Set();
    for (;;) {
      const heading = await main(page).getByRole('heading', { level: 1 }).textContent();
      if (heading === 'Print this page and bring it') break;
      assert.ok(!seen.has(heading), `${heading} comes again`);
      seen.add(heading);
      for (const [name, text] of Object.entries(AT_HOME)) await fill(page, name, text);
      if (seen.size === 1 || seen.size === 4) await look(page, `form-part-${seen.size}`);
      await press(page, 'Go on');
      await page.waitForLoadState();
    }
    assert.ok(seen.size > 8, [...seen].join(' '));
    await look(page, 'form-done');
    await page.emulateMedia({ media: 'print' });
    await page.screenshot({ path: join(SHOTS, 'kit-form-print.png'), fullPage: true });
    for (const [place, code] of (await page.locator('figure svg').all()).entries()) {
      const file = home.at(`code-${place}.png`);
      await code.screenshot({ path: file });
      codes.push(file);
    }
    assert.ok(codes.length > 1 && codes.length < 5, `${codes.length} codes`);
    await page.emulateMedia({ media: 'screen' });
    await page.goto(`${portal}/form/paper/minor`);
    await page.getByText('Number of this form').waitFor();
    await look(page, 'form-paper');
    await page.locator('figure svg').screenshot({ path: home.at('paper.png') });
    await page.goto(`${portal}/form?lang=sw`);
    await look(page, 'form-sw');
    assert.deepEqual(strangers, []);
    assert.deepEqual(complaints, []);
  });

  it('is read by the camera of the kit, and confirmed answer by answer', async () => {
    const { page, strangers, complaints } = await visitor(browser, { origin: site, screen: SCREENS.desk });
    await signIn(page, OFFICERS[1]);
    await consented(page);
    await main(page).getByText('Fill in from the code of a form').click();
    const live = main(page).locator('figure img');
    await holdUp(home.at('paper.png'));
    for (let looks = 0; (await live.evaluate((one) => one.naturalWidth)) === 0; looks += 1) {
      assert.ok(looks < 50, 'no live picture came');
      await page.waitForTimeout(100);
    }
    await look(page, 'scan');
    const read = main(page).getByRole('button', { name: /^Read the code( s)?$/ });
    await read.click();
    await page.getByText('The code is of another form: Child').first().waitFor();
    await look(page, 'scan-other-form');
    await holdUp('');
    await holdUp(codes[0]);
    await read.click();
    await page.getByText('Still to be read').waitFor();
    await look(page, 'scan-one');
    for (const code of codes.slice(1)) {
      await holdUp(code);
      await read.click();
      await page.waitForLoadState();
    }
    await page.getByText('Answers taken over').waitFor();
    await look(page, 'scan-taken');
    await main(page).getByRole('link', { name: 'Go on', exact: true }).click();
    // Only what the officer says is left to be asked.
    const asked = await questions(page, { date_of_birth_evidence: 'BIRTH_CERTIFICATE' });
    assert.ok(asked.includes('date_of_birth_evidence') && !asked.includes('surname'), asked.join(' '));
    await at(page, '/documents');
    await page.getByRole('link', { name: 'National identity card' }).click();
    await page.locator('[name=shown][value=photographed]').check();
    await page.locator('[name=number]').fill('00000001');
    await page.locator('input[type=file]').setInputFiles(await photograph());
    await save(page);
    await at(page, '/picture');
    await page.getByText('The document was found in the photograph').waitFor();
    await page.waitForLoadState('networkidle');
    await look(page, 'document-flat');
    await page.getByText('The one as it was taken is kept').waitFor();
    await press(page, 'Keep the one that is flat');
    await page.getByText('The one that is flat is kept').waitFor();
    await main(page).getByRole('link', { name: 'Go on', exact: true }).click();
    await at(page, '/body');
    await press(page, 'Open the capture station');
    const capture = main(page).getByRole('button', { name: /^Capture( s)?$/ });
    for (let tries = 0; tries < 9 && (await capture.count()) > 0; tries += 1) {
      await capture.click();
      await page.waitForLoadState();
    }
    await main(page).getByRole('button', { name: /^Take the photo( s)?$/ }).click();
    await main(page).getByText('Fingers and photo are saved').waitFor();
    await main(page).getByRole('button', { name: /^Go on( s)?$/ }).click();
    await main(page).getByRole('link', { name: 'Go on', exact: true }).click();
    await at(page, '/check');
    await look(page, 'check-prefilled');
    await page.locator('[name=confirmed]').check();
    await press(page, 'Finish');
    await page.getByText('Answers from a form are not confirmed yet').first().waitFor();
    await look(page, 'check-unconfirmed');
    for (const tick of await page.locator('[name=prefilled]').all()) await tick.check();
    await page.locator('[name=confirmed]').check();
    await press(page, 'Finish');
    await page.waitForURL(`${site}/done`);
    assert.deepEqual(strangers, []);
    assert.deepEqual(complaints, []);
  });

  it('has the language at a key, and a PIN that its officer changes', async () => {
    const { page } = await visitor(browser, { origin: site, screen: SCREENS.desk });
    await signIn(page, OFFICERS[2]);
    await look(page, 'home-links');
    assert.equal(await page.locator('a.lang').getAttribute('accesskey'), 'l');
    // A browser without a window hears no access keys: the link is followed by a click.
    await page.locator('a.lang').click();
    await page.getByRole('heading', { name: 'Dawati lako' }).waitFor();
    await page.locator('a.lang').click();
    await page.getByRole('heading', { name: 'Your desk' }).waitFor();
    await main(page).getByRole('link', { name: 'Change my PIN' }).click();
    await look(page, 'pin');
    const change = async (old, fresh, again = fresh) => {
      await page.locator('[name=old]').fill(old);
      await page.locator('[name=new]').fill(fresh);
      await page.locator('[name=again]').fill(again);
      await press(page, 'Change the PIN');
    };
    await change('000000', '518274');
    await page.getByText('The PIN is wrong').first().waitFor();
    await change(OFFICERS[2].pin, '111111');
    await page.getByText('A PIN has 6 to 12 digits').first().waitFor();
    await change(OFFICERS[2].pin, '518274', '518275');
    await page.getByText('The two new PINs differ').first().waitFor();
    await look(page, 'pin-wrong');
    await change(OFFICERS[2].pin, '518274');
    await page.getByText('Your PIN is changed').waitFor();
    await look(page, 'pin-done');
    await signIn(page, { ...OFFICERS[2], pin: '518274' });
  });
});

// A card that lies turned on a table.
async function photograph() {
  const file = home.at('document.png');
  const context = await browser.newContext({ viewport: { width: 900, height: 680 } });
  const page = await context.newPage();
  await page.setContent(
    '<body style="background:#6b5f52"><div style="position:absolute;left:150px;top:150px;width:600px;height:380px;' +
      'background:#f2efe6;transform:rotate(14deg);padding:30px;box-sizing:border-box;font:28px sans-serif">' +
      '<h1>National identity card</h1><p>Specimen 00000001</p></div></body>',
  );
  await page.screenshot({ path: file });
  await context.close();
  return file;
}
