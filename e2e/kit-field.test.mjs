// An officer in the field: packets go by themselves, a card is checked without a network, and, with
// the holder's consent, held against one finger. Kit, centre and devices are made for these tests;
// NIIMS_BIN names the executable.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { launch } from './browser.mjs';
import { holdUp } from './home-form.mjs';
import { enrolAdult, here, look, main, officer, press, signIn, turn } from './kit-officer.mjs';
import { OFFICERS, devices, end, niims, serve, world } from './kit-server.mjs';

let home;
let centre;
let started;
let kit;
before(async () => {
  here.browser = await launch();
  home = await world();
  here.home = home;
  centre = await serve(['serve', '--data', home.at('centre'), '--listen', '127.0.0.1:0'], /http:\/\/(127\.0\.0\.1:\d+)/);
  started = await devices(home);
  give('trust-devices', 'devices.trust');
  const listed = niims(['card', 'trust', '--data', home.at('centre')]);
  assert.equal(listed.code, 0, listed.out);
  give('trust-cards', 'cards.trust');
  kit = await serveKit();
});
after(async () => {
  await here.browser?.close();
  if (home) await end(home);
});

// Hands a list that the centre signed to the kit, which must be closed.
function give(command, list) {
  const taken = niims(['kit', command, '--kit', home.at('kit'), join(home.at('centre'), 'public', list)]);
  assert.equal(taken.code, 0, taken.out);
}

async function serveKit() {
  const args = ['kit', 'serve', '--kit', home.at('kit'), '--listen', '127.0.0.1:0', '--devices'];
  const served = await serve([...args, '--centre', `http://${centre.found[1]}`], /(http:\/\/127\.0\.0\.1:\d+)/);
  here.site = served.found[1];
  return served.child;
}

// The address of the kit's page may be loaded again and again until it says so.
async function until(page, address, words) {
  for (let looks = 0; looks < 120; looks += 1) {
    await page.goto(address);
    if ((await page.getByText(words).count()) > 0) return;
    await page.waitForTimeout(500);
  }
  assert.fail(`${address} never says: ${words}`);
}

// Makes the card at the centre, once the register has given the number.
async function card(number) {
  const out = home.at('card.pdf');
  const order = ['card', 'export', '--data', home.at('centre'), '--application-number', number, '--out', out, '--chip'];
  let made;
  for (let tries = 0; tries < 120; tries += 1) {
    made = niims(order);
    if (made.code === 0) return { chip: home.at('card.chip'), text: await readFile(home.at('card.qr.txt'), 'utf8') };
    await new Promise((resolved) => setTimeout(resolved, 1000));
  }
  assert.fail(made.out);
}

async function show(page, { text = '', chip }) {
  await page.goto(`${here.site}/card`);
  await page.getByLabel('Text of the code on the card').fill(text);
  if (chip) await page.getByLabel('Data of the chip, if a card reader gave a file').setInputFiles(chip);
  await press(page, 'Check this card');
}

async function compare(page, consents = true) {
  if (consents) await page.getByLabel('The holder agrees').check();
  await page.locator('[name=finger]').first().check();
  await press(page, 'Take the finger');
  await page.waitForLoadState();
}

// The back of the printed card so near the camera that its code, on the left, fills the picture.
function back() {
  const to = home.at('card-back');
  const near = ['-r', '400', '-f', '2', '-x', '0', '-y', '0', '-W', '760', '-H', '850'];
  const drawn = spawnSync('pdftoppm', [...near, '-png', '-singlefile', home.at('card.pdf'), to], { encoding: 'utf8' });
  assert.equal(drawn.status, 0, drawn.stderr);
  return `${to}.png`;
}

describe('a kit in the field', () => {
  let made;

  it('sends what is sealed by itself and says how it goes', async () => {
    const { page, strangers, complaints } = await officer();
    await signIn(page, OFFICERS[1]);
    const number = await enrolAdult(page);
    await until(page, `${here.site}/day`, 'Nothing is being sent.');
    await look(page, 'sending');
    await page.goto(`${here.site}/day?lang=sw`);
    await look(page, 'sending-sw');
    await page.goto(`${here.site}/day?lang=en`);
    made = await card(number);
    assert.deepEqual(strangers, []);
    assert.deepEqual(complaints, []);
  });

  it('tells a good card from others, without a network', async () => {
    const { page, strangers, complaints } = await officer();
    await signIn(page, OFFICERS[1]);
    await page.getByRole('link', { name: 'Check a card' }).click();
    await look(page, 'card');
    await press(page, 'Check this card');
    await page.getByText('Scan the code, paste its text').first().waitFor();
    await look(page, 'card-nothing');
    await show(page, { text: 'https://example.org/pay-here' });
    await page.getByText('This does not read as a card').waitFor();
    await look(page, 'card-damaged');
    await show(page, { text: made.text });
    await page.getByText('The card is genuine and counts today').waitFor();
    await page.getByText('Sample').first().waitFor();
    await look(page, 'card-shown');
    await page.goto(`${here.site}/card/shown?lang=sw`);
    await look(page, 'card-shown-sw');
    await page.goto(`${here.site}/card/shown?lang=en`);
    await press(page, 'Forget this card');
    // The back of the card before the kit's own camera.
    await page.goto(`${here.site}/card`);
    await press(page, 'Read the code with the camera');
    await page.getByText('No code was seen').first().waitFor();
    await holdUp(started.face, back());
    await look(page, 'card-camera');
    await press(page, 'Read the code with the camera');
    await page.getByText('The card is genuine and counts today').waitFor();
    await holdUp(started.face, '');
    await press(page, 'Forget this card');
    await page.goto(`${here.site}/card/shown`);
    assert.equal(new URL(page.url()).pathname, '/card', 'it is forgotten');
    assert.deepEqual(strangers, []);
    assert.deepEqual(complaints, []);
  });

  it('holds a finger against the chip, only when its holder agrees', async () => {
    const { page } = await officer();
    await signIn(page, OFFICERS[1]);
    await show(page, made);
    await look(page, 'card-finger');
    await compare(page, false);
    await page.getByText('Ask first.').first().waitFor();
    await look(page, 'card-finger-asked');
    started.finger.stdin.write('other-hand\n');
    await page.waitForTimeout(200);
    await compare(page);
    await page.getByText('The finger does not match').waitFor();
    await look(page, 'card-finger-differs');
    started.finger.stdin.write('none\n');
    await page.waitForTimeout(200);
    for (let tries = 0; tries < 2 && (await main(page).getByText('The finger is the card').count()) === 0; tries += 1) {
      await compare(page);
    }
    await page.getByText('The finger is the card').waitFor();
    await look(page, 'card-finger-fits');
    await page.goto(`${here.site}/card/shown?lang=sw`);
    await look(page, 'card-finger-fits-sw');
  });

  it('turns a card down that was taken back', async () => {
    kit.removeAllListeners('exit');
    const gone = new Promise((resolved) => kit.on('exit', resolved));
    kit.kill();
    await gone;
    const wrote = join(home.folder, 'card.qr.txt');
    const key = join(home.at('centre'), 'public', 'issuer.pub');
    const told = niims(['card', 'verify', '--key', key, wrote]);
    const [, serial] = /^serial\s+(\S+)$/m.exec(told.out) ?? [];
    assert.ok(serial, told.out);
    const listed = niims(['card', 'trust', '--data', home.at('centre'), '--revoke', serial]);
    assert.equal(listed.code, 0, listed.out);
    give('trust-cards', 'cards.trust');
    kit = await serveKit();
    const { page } = await officer();
    await signIn(page, OFFICERS[1]);
    await show(page, made);
    await page.getByText('This card was taken back').waitFor();
    await look(page, 'card-revoked');
  });
});
