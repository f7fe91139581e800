// A manager of the fleet registers a kit, gives it away, stops and revokes it, settles what it
// raised, and decides about packets of a lost one. The kit is the real one: it enrols by the
// code that the page shows. Needs a running demonstration: NIIMS_DEMO_LOGINS names the file
// that it wrote.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { SCREENS, SHOTS, accessible, fits, launch, named, visitor } from './browser.mjs';
import { niims, serve } from './kit-server.mjs';
import { signIn } from './sign-ins.mjs';

const file = process.env.NIIMS_DEMO_LOGINS;
assert.ok(file, 'set NIIMS_DEMO_LOGINS to the file that the demonstration wrote');
const logins = JSON.parse(await readFile(file, 'utf8'));
const site = logins.portal.replace(/\/$/, '').replace('127.0.0.1', 'localhost');
const centre = logins.portal.replace(/\/$/, '');
const who = (name) => logins.staff.find(({ user_name }) => user_name === name);
const SERIAL = `E2E-FLEET-${process.pid}`;

let browser;
let folder;
before(async () => {
  browser = await launch();
  folder = await mkdtemp(join(tmpdir(), 'niims-fleet-'));
});
after(async () => {
  await browser?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

async function look(page, name) {
  for (const [screen, size] of Object.entries(SCREENS)) {
    await page.setViewportSize(size);
    await named(page, name);
    await fits(page, `${name} on ${screen}`);
    await page.screenshot({ path: join(SHOTS, `${name}-${size.width}.png`), fullPage: true });
    await accessible(page, `${name} on ${screen}`);
  }
}

const main = (page) => page.getByRole('main');
const press = (page, name) => main(page).getByRole('button', { name }).click();
const says = (page, text) => main(page).getByText(text).first().waitFor();
const inSwahili = async (page, name) => {
  await page.goto(`${page.url().split('?')[0]}?lang=sw`);
  await look(page, name);
  await page.goto(`${page.url().split('?')[0]}?lang=en`);
};

describe('the fleet', () => {
  it('is managed from the code of a kit to its end', async () => {
    const { page, strangers } = await visitor(browser, { origin: site });
    await signIn(page, site, who('demo.fleet'));
    await page.goto(`${site}/staff`);
    await page.getByRole('link', { name: 'Registration kits' }).first().click();
    await page.waitForURL(`${site}/staff/fleet`);
    await look(page, 'fleet-kits');
    await inSwahili(page, 'fleet-kits-sw');
    const known = await main(page).getByRole('heading', { level: 2 }).getByRole('link').first().getAttribute('href');
    await page.goto(`${site}${known}`);
    await look(page, 'fleet-kit-of-old');
    const place = await page.locator('#place').inputValue();
    assert.match(place, /^\S+$/, 'the place of a kit');

    await page.goto(`${site}/staff/fleet/new-kit`);
    await page.locator('#serial').fill('with a space');
    await press(page, 'Register and show the code');
    await look(page, 'fleet-new-kit-wrong');
    await page.locator('#serial').fill(SERIAL);
    await page.locator('#place').fill(place);
    await page.locator('#custodian').fill('demo.supervisor');
    await page.locator('#campaign').fill('2027-A');
    await page.locator('#officers').fill('demo.supervisor');
    await press(page, 'Register and show the code');
    await page.getByRole('heading', { name: 'Code of the kit' }).waitFor();
    await look(page, 'fleet-code');
    const code = /([0-9A-Z]{4}-){6}[0-9A-Z]{4}/.exec(await main(page).innerText())[0];
    await page.getByRole('link', { name: 'Go on to the kit' }).click();
    await says(page, 'Waits to be enrolled by its code');
    await look(page, 'fleet-kit-registered');
    const kit = page.url().split('?')[0];

    // The kit enrols by that code, once, and reports.
    const args = ['kit', 'enrol-by-code', '--centre', centre, '--kit'];
    const wrong = niims([...args, join(folder, 'other')], '0000-0000-0000-0000-0000-0000-0000\n');
    assert.match(wrong.out, /wrong, used or too old/);
    const enrolled = niims([...args, join(folder, 'kit')], `${code.toLowerCase()}\n`);
    assert.equal(enrolled.code, 0, enrolled.out);
    assert.match(enrolled.out, new RegExp(`kit \\S+ ${SERIAL}`));
    const second = niims([...args, join(folder, 'second')], `${code}\n`);
    assert.notEqual(second.code, 0, 'the code works once');
    await page.goto(kit);
    await says(page, 'Works');
    await says(page, 'Last report of its own');
    await look(page, 'fleet-kit-works');
    await inSwahili(page, 'fleet-kit-works-sw');

    const contact = () => niims(['kit', 'contact', '--centre', centre, '--kit', join(folder, 'kit')]);
    await page.locator('#campaign').fill('2027-B');
    await page.locator('#custodian').fill('nobody.here');
    await press(page, 'Save who answers for it and where');
    await look(page, 'fleet-assign-wrong');
    await page.locator('#custodian').fill('demo.supervisor');
    await page.locator('#campaign').fill('2027-B');
    await press(page, 'Save who answers for it and where');
    await says(page, 'It is done and recorded.');
    await says(page, '2027-B');
    await press(page, 'Renew for a year from today');
    await says(page, 'It is done and recorded.');
    assert.equal(contact().code, 0);
    await press(page, 'Suspend the kit');
    await says(page, 'Suspended');
    await look(page, 'fleet-kit-suspended');
    assert.match(contact().out, /suspended/);
    // The kit itself says so, to whoever sits down at it.
    const served = await serve(['kit', 'serve', '--kit', join(folder, 'kit'), '--listen', '127.0.0.1:0'], /(http:\/\/127\.0\.0\.1:\d+)/);
    const desk = await visitor(browser, { origin: served.found[1], screen: SCREENS.desk });
    await desk.page.goto(served.found[1]);
    await desk.page.getByText('This kit is suspended').first().waitFor();
    await look(desk.page, 'fleet-kit-says-suspended');
    await desk.context.close();
    const ended = new Promise((resolve) => served.child.once('exit', resolve));
    served.child.kill();
    await ended;
    await press(page, 'Let the kit work again');
    await says(page, 'Works');
    assert.equal(contact().code, 0);

    // Stolen, in one act.
    await press(page, 'Revoke the kit for good');
    await says(page, 'Choose why');
    await look(page, 'fleet-revoke-wrong');
    await page.getByLabel('Stolen').check();
    await press(page, 'Revoke the kit for good');
    await says(page, 'Revoked: Stolen.');
    await look(page, 'fleet-kit-revoked');
    assert.match(contact().out, /revoked/);

    await page.goto(`${site}/staff/fleet/alarms`);
    await says(page, 'A revoked kit was switched on');
    await says(page, 'Its code was used on a second device');
    await look(page, 'fleet-alarms');
    await inSwahili(page, 'fleet-alarms-sw');
    const spoke = main(page).locator('section', { hasText: 'A revoked kit was switched on' }).filter({ hasText: SERIAL });
    await spoke.getByRole('button', { name: 'Settle the alarm' }).click();
    await page.getByRole('alert').getByText('Say what was found').waitFor();
    await look(page, 'fleet-alarms-wrong');
    await spoke.getByLabel('What was found').fill('The test switched it on.');
    await spoke.getByRole('button', { name: 'Settle the alarm' }).click();
    await says(page, 'The alarm is settled.');
    assert.equal(await spoke.count(), 0);
    assert.deepEqual(strangers, []);
  });

  it('keeps back what a lost kit sent until somebody has decided', async () => {
    const { page } = await visitor(browser, { origin: site, screen: SCREENS.desk });
    await signIn(page, site, who('demo.fleet'));
    await page.goto(`${site}/staff/fleet`);
    const kits = main(page).locator('section').filter({ hasNotText: 'E2E' }).filter({ hasText: 'Works' });
    await kits.first().getByRole('link').first().click();
    await main(page).getByRole('heading', { name: 'Registration kit' }).waitFor();
    const kit = page.url().split('?')[0];
    await page.getByLabel('Lost').check();
    await page.locator('#since').fill('2020-01-01 00:00');
    await press(page, 'Revoke the kit for good');
    await says(page, 'Packets that wait for a decision');
    await look(page, 'fleet-kit-lost');
    await page.getByRole('link', { name: 'Decide about packets' }).click();
    await look(page, 'fleet-packets');
    await inSwahili(page, 'fleet-packets-sw');
    await press(page, 'Take them');
    await page.getByRole('alert').getByText('Choose the packets').waitFor();
    await page.getByLabel('All that are shown here').check();
    await press(page, 'Take them');
    await page.getByRole('alert').getByText('Say what was found').waitFor();
    await look(page, 'fleet-packets-wrong');
    await page.getByLabel('All that are shown here').check();
    await page.getByLabel('Why?').fill('It lay in the store room; the officers were with it.');
    await press(page, 'Take them');
    await says(page, 'Packets decided about');
    await says(page, 'No packet of this kit waits for a decision.');
    await look(page, 'fleet-packets-none');
    await page.goto(kit);
    await press(page, 'Let it hand in for 14 days');
    await says(page, 'It may hand in until');
  });

  it('is read by an auditor, who changes nothing', async () => {
    const { page } = await visitor(browser, { origin: site });
    await signIn(page, site, who('demo.auditor'));
    await page.goto(`${site}/staff/fleet`);
    const known = await main(page).getByRole('heading', { level: 2 }).getByRole('link').first().getAttribute('href');
    await page.goto(`${site}${known}`);
    assert.equal(await main(page).getByRole('button').count(), 0, 'no button for an auditor');
    await look(page, 'fleet-kit-auditor');
    const refused = await page.goto(`${site}/staff/fleet/new-kit`);
    assert.equal(refused.status(), 403);
  });
});
