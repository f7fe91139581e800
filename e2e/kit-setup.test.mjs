// A kit is set up on its own page, over a line that breaks and a program that is killed, and its
// officers set their PINs. Needs a running demonstration: NIIMS_DEMO_LOGINS names the file that
// it wrote.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, mkdir, readFile, rm } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { spawn, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { SCREENS, launch, visitor } from './browser.mjs';
import { look, main, press } from './kit-officer.mjs';
import { serve } from './kit-server.mjs';
import { signIn } from './sign-ins.mjs';

const file = process.env.NIIMS_DEMO_LOGINS;
assert.ok(file, 'set NIIMS_DEMO_LOGINS to the file that the demonstration wrote');
const logins = JSON.parse(await readFile(file, 'utf8'));
const centre = logins.portal.replace(/\/$/, '');
const site = centre.replace('127.0.0.1', 'localhost');
const who = (name) => logins.staff.find(({ user_name }) => user_name === name);
const SERIAL = `E2E-SETUP-${process.pid}`;
const PINS = { 'demo.supervisor': '482913', 'demo.officer': '730164' };

let browser;
let folder;
let tpm;
before(async () => {
  browser = await launch();
  folder = await mkdtemp(join(tmpdir(), 'niims-setup-'));
  tpm = await simulator();
});
after(async () => {
  await browser?.close();
  line.close();
  line.closeAllConnections();
  tpm?.child.kill();
  if (folder) await rm(folder, { recursive: true, force: true });
});

// A TPM of its own, where swtpm is installed.
async function simulator() {
  if (spawnSync('swtpm', ['--version']).error) return undefined;
  const [state, socket] = [join(folder, 'tpm'), join(folder, 'tpm.sock')];
  await mkdir(state);
  const how = ['socket', '--tpm2', '--flags', 'not-need-init,startup-clear', '--tpmstate', `dir=${state}`];
  const child = spawn('swtpm', [...how, '--server', `type=unixio,path=${socket}`], { stdio: 'ignore' });
  for (let tries = 0; tries < 200 && !existsSync(socket); tries += 1) await new Promise((done) => setTimeout(done, 25));
  return { child, socket };
}

// The line between laptop and centre: open, cut, or one that loses every answer.
const line = createServer((asked, answer) => {
  if (line.state === 'cut') return asked.socket.destroy();
  const { hostname, port } = new URL(centre);
  const on = request({ hostname, port, path: asked.url, method: asked.method, headers: asked.headers }, (given) => {
    if (line.state === 'loses') {
      given.resume();
      return asked.socket.destroy();
    }
    answer.writeHead(given.statusCode, given.headers);
    return given.pipe(answer);
  });
  on.on('error', () => asked.socket.destroy());
  asked.pipe(on);
});
line.state = 'cut';

async function kit(name) {
  const keys = tpm && name === 'kit' ? ['--tpm', tpm.socket] : ['--without-tpm'];
  const args = ['kit', 'serve', '--kit', join(folder, name), '--listen', '127.0.0.1:0', '--upload-by-hand'];
  const at = `http://127.0.0.1:${line.address().port}`;
  const { found, child } = await serve([...args, '--centre', at, ...keys], /(http:\/\/127\.0\.0\.1:\d+)/);
  return { address: found[1], child };
}

async function killed({ child }) {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

const says = (page, text) => main(page).getByText(text).first().waitFor();
const inSwahili = async (page, name) => {
  const address = page.url().split('?')[0];
  await page.goto(`${address}?lang=sw`);
  await look(page, name);
  await page.goto(`${address}?lang=en`);
};

// Registers a kit on the fleet's page; its code and the officers' words.
async function registered() {
  const { page, context } = await visitor(browser, { origin: site, screen: SCREENS.desk });
  await signIn(page, site, who('demo.fleet'));
  await page.goto(`${site}/staff/fleet/new-kit`);
  for (const [field, text] of Object.entries({
    serial: SERIAL, place: 'X00001', custodian: 'demo.supervisor', campaign: '2027-A', officers: Object.keys(PINS).join('\n'),
  })) await page.locator(`#${field}`).fill(text);
  await press(page, 'Register and show the code');
  await page.getByRole('heading', { name: 'Words of the officers' }).waitFor();
  await look(page, 'setup-fleet-code');
  const text = await main(page).innerText();
  const code = /([0-9A-Z]{4}-){6}[0-9A-Z]{4}/.exec(text)[0];
  const word = (name) => new RegExp(`${name.replace('.', '\\.')}\\s+((?:[0-9A-Z]{4}-){2}[0-9A-Z]{4})`).exec(text)[1];
  const words = Object.fromEntries(Object.keys(PINS).map((name) => [name, word(name)]));
  await context.close();
  return { code, words };
}

async function sendCode(page, code) {
  await page.getByLabel('Code of the kit').fill(code);
  await press(page, 'Set up the kit');
}

async function firstPin(page, name, word, pin, again = pin) {
  await page.getByLabel(name, { exact: true }).check();
  await page.getByLabel('Your word').fill(word);
  await page.getByLabel('New PIN', { exact: true }).fill(pin);
  await page.getByLabel('New PIN, once more').fill(again);
  await press(page, 'Set the PIN and sign in');
}

describe('setting up a kit', () => {
  it('is done on one page, and again after every fault', async () => {
    await new Promise((resolve) => line.listen(0, '127.0.0.1', resolve));
    const { code, words } = await registered();
    let laptop = await kit('kit');
    let { page, strangers, complaints, context } = await visitor(browser, { origin: laptop.address, screen: SCREENS.desk });
    await page.goto(`${laptop.address}/home`);
    await page.getByRole('heading', { name: 'Set up this kit' }).waitFor();
    await look(page, 'setup');
    await inSwahili(page, 'setup-sw');

    await sendCode(page, 'no code at all');
    await page.getByRole('alert').getByText('This is no code').waitFor();
    await look(page, 'setup-no-code');
    await sendCode(page, code);
    await page.getByRole('alert').getByText('There is no line to the centre').waitFor();
    await look(page, 'setup-no-line');
    line.state = 'open';
    await sendCode(page, '0000-0000-0000-0000-0000-0000-0000');
    await page.getByRole('alert').getByText('The centre does not take this code').waitFor();
    await look(page, 'setup-wrong-code');

    // The centre hears the code, its answer is lost, and the program is killed.
    line.state = 'loses';
    await sendCode(page, code);
    await page.getByRole('alert').getByText('There is no line to the centre').waitFor();
    await killed(laptop);
    await context.close();
    line.state = 'open';
    laptop = await kit('kit');
    ({ page, strangers, complaints, context } = await visitor(browser, { origin: laptop.address, screen: SCREENS.desk }));
    await page.goto(laptop.address);
    await sendCode(page, code.toLowerCase());
    await page.waitForURL(`${laptop.address}/first-pin`);
    await look(page, 'first-pin');
    await inSwahili(page, 'first-pin-sw');
    if (tpm) {
      for (const name of ['kit.key', 'store.key']) {
        assert.match(await readFile(join(folder, 'kit/keys', name), 'utf8'), /^tpm1 /, `${name} opens by the TPM alone`);
      }
    }

    // Another laptop gets nothing by the same code.
    const other = await kit('other');
    const second = await visitor(browser, { origin: other.address, screen: SCREENS.desk });
    await second.page.goto(other.address);
    await sendCode(second.page, code);
    await second.page.getByRole('alert').getByText('was used on another laptop').waitFor();
    await second.context.close();
    await killed(other);

    // A colleague's word is not mine, and two PINs that differ are none.
    await firstPin(page, 'demo.supervisor', words['demo.officer'], PINS['demo.supervisor']);
    await page.getByRole('alert').getByText('This is not the word').waitFor();
    await look(page, 'first-pin-wrong');
    await firstPin(page, 'demo.supervisor', words['demo.supervisor'], PINS['demo.supervisor'], '999999');
    await page.getByRole('alert').getByText('The two new PINs differ').waitFor();
    await firstPin(page, 'demo.supervisor', words['demo.supervisor'], PINS['demo.supervisor']);
    await page.waitForURL(`${laptop.address}/home`);
    await page.getByText('demo.supervisor is at the kit').waitFor();
    await look(page, 'setup-home');

    // Killed again: one officer signs in by PIN, the other is still new.
    await killed(laptop);
    await context.close();
    laptop = await kit('kit');
    ({ page, strangers, complaints, context } = await visitor(browser, { origin: laptop.address, screen: SCREENS.desk }));
    await page.goto(laptop.address);
    await page.getByRole('heading', { name: 'Who works at the kit?' }).waitFor();
    await look(page, 'setup-sign-in');
    await page.getByLabel('demo.supervisor', { exact: true }).check();
    await page.getByLabel('PIN').fill(PINS['demo.supervisor']);
    await press(page, 'Sign in');
    await page.waitForURL(`${laptop.address}/home`);
    await page.goto(laptop.address);
    await page.getByRole('link', { name: 'New at this kit? Set your PIN' }).click();
    await page.waitForURL(`${laptop.address}/first-pin`);
    await firstPin(page, 'demo.officer', words['demo.officer'].replaceAll('-', ' ').toLowerCase(), PINS['demo.officer']);
    await page.waitForURL(`${laptop.address}/home`);
    await page.getByText('demo.officer is at the kit').waitFor();
    await page.goto(`${laptop.address}/first-pin`);
    await page.waitForURL(`${laptop.address}/`);
    assert.deepEqual([strangers, complaints], [[], []]);
    await killed(laptop);
  });

  it('is seen on the page of the fleet', async () => {
    const { page, context } = await visitor(browser, { origin: site, screen: SCREENS.desk });
    await signIn(page, site, who('demo.fleet'));
    await page.goto(`${site}/staff/fleet`);
    await main(page).getByRole('link', { name: SERIAL }).first().click();
    await says(page, 'Works');
    await says(page, 'Last report of its own');
    await page.goto(`${site}/staff/fleet/alarms`);
    const alarm = main(page).locator('section', { hasText: 'Its code was used on a second device' }).filter({ hasText: SERIAL });
    await alarm.first().waitFor();
    await context.close();
  });

  it('is told who comes and who goes', async () => {
    const manager = await visitor(browser, { origin: site, screen: SCREENS.desk });
    await signIn(manager.page, site, who('demo.fleet'));
    await manager.page.goto(`${site}/staff/fleet`);
    await main(manager.page).getByRole('link', { name: SERIAL }).first().click();
    await main(manager.page).getByRole('heading', { name: 'Registration kit' }).waitFor();
    await look(manager.page, 'setup-fleet-team');
    await inSwahili(manager.page, 'setup-fleet-team-sw');
    const address = manager.page.url().split('?')[0];
    await press(manager.page, 'Let go');
    await manager.page.getByRole('alert').getByText('These are not the officers of a kit').first().waitFor();
    await main(manager.page).getByLabel('demo.officer', { exact: true }).check();
    await press(manager.page, 'Let go');
    await says(manager.page, 'It is done and recorded.');

    const laptop = await kit('kit');
    const desk = await visitor(browser, { origin: laptop.address, screen: SCREENS.desk });
    const asSupervisor = async () => {
      await desk.page.goto(laptop.address);
      await desk.page.getByLabel('demo.supervisor', { exact: true }).check();
      await desk.page.getByLabel('PIN').fill(PINS['demo.supervisor']);
      await press(desk.page, 'Sign in');
      await desk.page.waitForURL(`${laptop.address}/home`);
      await desk.page.goto(`${laptop.address}/day`);
      await press(desk.page, 'Send to the centre');
      await desk.page.getByText('Sent: 0').first().waitFor();
      await desk.page.goto(laptop.address);
      await desk.page.getByRole('heading', { name: 'Who works at the kit?' }).waitFor();
    };
    await asSupervisor();
    assert.equal(await desk.page.getByLabel('demo.officer', { exact: true }).count(), 0, 'whoever went has no seat');
    await look(desk.page, 'setup-officer-gone');

    await manager.page.goto(address);
    await main(manager.page).getByLabel('User name of the officer').fill('demo.officer');
    await press(manager.page, 'Take on and show the word');
    await main(manager.page).getByRole('heading', { name: 'Word of the officer' }).waitFor();
    await look(manager.page, 'setup-fleet-word');
    await asSupervisor();
    await desk.page.getByLabel('demo.officer', { exact: true }).check();
    await desk.page.getByLabel('PIN').fill(PINS['demo.officer']);
    await press(desk.page, 'Sign in');
    await desk.page.waitForURL(`${laptop.address}/home`);
    await Promise.all([manager.context.close(), desk.context.close()]);
    await killed(laptop);
  });
});
