// From the form at home to the kit: filled in on the portal, printed, held before the kit's camera,
// confirmed answer by answer. And what stands around it: documents made flat, the language at a key,
// a PIN that is changed. NIIMS_BIN names the executable.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { SCREENS, SHOTS, launch, visitor } from './browser.mjs';
import { AT_HOME, codesOf, confirmed, fillIn, holdUp, readCode } from './home-form.mjs';
import { at, begin, born, consent, follow, here, look, main, press, questions, save, scanned, signIn, turn } from './kit-officer.mjs';
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

async function consented(page) {
  await begin(page, 'adult');
  await born(page, { day: '23', month: '4', year: '1987', precision: 'DAY' });
  await at(page, '/notice');
  await press(page, 'I have read it aloud');
  await consent(page);
  await page.waitForURL(/\/questions\//);
}

let codes = [];

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
    const parts = await fillIn(page, AT_HOME, async (part) => {
      if (part === 1 || part === 4) await look(page, `form-part-${part}`);
    });
    assert.ok(parts > 8, `${parts} parts`);
    await look(page, 'form-done');
    await page.emulateMedia({ media: 'print' });
    await page.screenshot({ path: join(SHOTS, 'kit-form-print.png'), fullPage: true });
    codes = await codesOf(page, 'code');
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
    await turn(page, main(page).getByText('Fill in from the code of a form'));
    const live = main(page).locator('figure img');
    await holdUp(camera, home.at('paper.png'));
    for (let looks = 0; (await live.evaluate((one) => one.naturalWidth)) === 0; looks += 1) {
      assert.ok(looks < 50, 'no live picture came');
      await page.waitForTimeout(100);
    }
    await look(page, 'scan');
    await readCode(page);
    await page.getByText('The code is of another form: Child').first().waitFor();
    await look(page, 'scan-other-form');
    await holdUp(camera, '');
    await holdUp(camera, codes[0]);
    await readCode(page);
    await page.getByText('Still to be read').waitFor();
    await look(page, 'scan-one');
    for (const code of codes.slice(1)) {
      await holdUp(camera, code);
      await readCode(page);
    }
    await page.getByText('Answers taken over').waitFor();
    await look(page, 'scan-taken');
    await follow(page, 'Go on');
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
    await follow(page, 'Go on');
    await scanned(page);
    await at(page, '/check');
    await look(page, 'check-prefilled');
    await page.locator('[name=confirmed]').check();
    await press(page, 'Finish');
    await page.getByText('Answers from a form are not confirmed yet').first().waitFor();
    await look(page, 'check-unconfirmed');
    await confirmed(page);
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
    await turn(page, page.locator('a.lang'));
    await page.getByRole('heading', { name: 'Dawati lako' }).waitFor();
    await turn(page, page.locator('a.lang'));
    await page.getByRole('heading', { name: 'Your desk' }).waitFor();
    await follow(page, 'Change my PIN');
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
