// Staff at their pages, in a real browser: a password with a code, and a passkey on
// Chromium's virtual authenticator. Needs a running demonstration: NIIMS_DEMO_LOGINS
// names the file of addresses and log-ins that it wrote.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { SCREENS, SHOTS, accessible, fits, launch, visitor } from './browser.mjs';

const file = process.env.NIIMS_DEMO_LOGINS;
assert.ok(file, 'set NIIMS_DEMO_LOGINS to the file that the demonstration wrote');
const logins = JSON.parse(await readFile(file, 'utf8'));
// Passkeys belong to a host name and know no addresses in digits.
const site = (process.env.NIIMS_DEMO_URL ?? logins.portal).replace(/\/$/, '').replace('127.0.0.1', 'localhost');
const who = (name) => logins.staff.find(({ user_name }) => user_name === name);

let browser;
before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
});

// RFC 6238 over the letters that an app is given.
function codeOf(letters, step) {
  const bits = [...letters].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const secret = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = mac[19] & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

// A code works once, so each sign-in of a person takes the next step; the server takes
// one step ahead of the clock, and beyond that the test waits for the clock.
const used = new Map();
async function freshCode({ user_name, secret }) {
  for (;;) {
    const now = Math.floor(Date.now() / 30_000);
    const step = Math.max(now, (used.get(user_name) ?? 0) + 1);
    if (step <= now + 1) {
      used.set(user_name, step);
      return codeOf(secret, step);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

const main = (page) => page.getByRole('main');

async function password(page, person) {
  await page.goto(`${site}/staff/sign-in`);
  await page.getByLabel('User name').fill(person.user_name);
  await page.getByLabel('Password').fill(person.password);
  await main(page).getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL(`${site}/staff/code`);
  await page.getByLabel('Code').fill(await freshCode(person));
  await main(page).getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${site}/staff`);
}

// Looks at a page on both screens.
async function look(page, name) {
  for (const [screen, size] of Object.entries(SCREENS)) {
    await page.setViewportSize(size);
    await fits(page, `${name} on ${screen}`);
    await accessible(page, `${name} on ${screen}`);
    await page.screenshot({ path: join(SHOTS, `${name}-${screen}.png`), fullPage: true });
  }
}

async function authenticator(context, page) {
  const debug = await context.newCDPSession(page);
  await debug.send('WebAuthn.enable');
  const options = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
  await debug.send('WebAuthn.addVirtualAuthenticator', { options });
}

describe('the pages of staff', () => {
  it('let an administrator sign in without any script, and show what he may do', async () => {
    const { page, strangers } = await visitor(browser, { origin: site, javaScriptEnabled: false });
    await page.goto(`${site}/staff/members`);
    await page.getByText('Please sign in first').waitFor();
    assert.equal(await page.getByRole('button', { name: 'passkey' }).count(), 0, 'no passkey without a script');
    const person = who('demo.administrator.1');
    await page.getByLabel('User name').fill(person.user_name);
    await page.getByLabel('Password').fill(person.password);
    await main(page).getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel('Code').fill(await freshCode(person));
    await main(page).getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`${site}/staff/members`);
    await page.goto(`${site}/staff`);
    await page.getByText('Approve as the second administrator').waitFor();
    assert.equal(await page.getByText('See the evidence of a case').count(), 0);
    await page.goto(`${site}/staff?lang=sw`);
    await page.getByRole('heading', { name: 'Unachoweza kufanya' }).waitFor();
    assert.deepEqual(strangers, []);
  });

  it('tell nobody which part of a sign-in was wrong', async () => {
    const { page } = await visitor(browser, { origin: site });
    for (const [user, secret] of [['demo.auditor', 'not the password'], ['nobody.at.all', 'not the password']]) {
      await page.goto(`${site}/staff/sign-in`);
      await page.getByLabel('User name').fill(user);
      await page.getByLabel('Password').fill(secret);
      await main(page).getByRole('button', { name: 'Continue' }).click();
      await page.getByLabel('Code').fill('000000');
      await main(page).getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('User name, password or code is wrong').first().waitFor();
    }
    await look(page, 'staff-code-wrong');
  });

  it('show every page well on a telephone and a desk', async () => {
    const { page, strangers } = await visitor(browser, { origin: site });
    await page.goto(`${site}/staff/sign-in`);
    await look(page, 'staff-sign-in');
    await password(page, who('demo.administrator.1'));
    for (const [path, name] of [
      ['/staff', 'staff-home'],
      ['/staff/account', 'staff-account'],
      ['/staff/members', 'staff-members'],
      ['/staff/new-member', 'staff-new-member'],
      ['/staff/approvals', 'staff-approvals'],
    ]) {
      await page.goto(`${site}${path}`);
      await look(page, name);
    }
    await page.goto(`${site}/staff/members`);
    await page.getByRole('link', { name: 'Synthetic Auditor' }).click();
    await look(page, 'staff-member');
    assert.deepEqual(strangers, []);
  });

  it('take an invitation, two administrators, and a passkey', async () => {
    const one = await visitor(browser, { origin: site, screen: SCREENS.desk });
    await password(one.page, who('demo.administrator.1'));
    await one.page.goto(`${site}/staff/new-member`);
    const name = `made.up.${Date.now() % 1_000_000}`;
    await one.page.getByLabel('Name', { exact: true }).fill('Synthetic Newcomer');
    await one.page.getByLabel('User name').fill(name);
    await main(one.page).getByRole('button').click();
    const link = await one.page.locator('#invitation').textContent();
    await one.page.getByRole('link', { name: 'Go on' }).click();
    await one.page.getByLabel('Role').selectOption('fleet_manager');
    await main(one.page).getByRole('button', { name: 'Ask a second administrator' }).click();
    await one.page.getByText('It waits for a second administrator.').waitFor();

    const newcomer = await visitor(browser, { origin: site });
    await authenticator(newcomer.context, newcomer.page);
    await newcomer.page.goto(`${site}${link}`);
    await main(newcomer.page).getByRole('button').click();
    await look(newcomer.page, 'staff-set-up');
    await newcomer.page.getByRole('button', { name: 'Make a passkey' }).click();
    await newcomer.page.waitForURL(`${site}/staff`);
    await newcomer.page.getByText('You hold no duty at this moment').waitFor();

    const two = await visitor(browser, { origin: site, screen: SCREENS.desk });
    await password(two.page, who('demo.administrator.2'));
    await two.page.goto(`${site}/staff/approvals`);
    await two.page.getByRole('button', { name: 'Approve' }).first().click();
    await two.page.getByText('Approved. The duty holds').waitFor();

    await newcomer.page.reload();
    await newcomer.page.getByText('Enrol, move and revoke kits').waitFor();
    const refused = await newcomer.page.goto(`${site}/staff/members`);
    assert.equal(refused.status(), 403);
    await newcomer.page.getByRole('heading', { name: 'Your role does not permit this page' }).waitFor();
    await look(newcomer.page, 'staff-refused');
    await newcomer.page.goto(`${site}/staff`);
    await newcomer.page.getByRole('button', { name: 'Sign out' }).click();
    await newcomer.page.waitForURL(`${site}/staff/signed-out`);
    await newcomer.page.goto(`${site}/staff/sign-in`);
    await newcomer.page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await newcomer.page.waitForURL(`${site}/staff`);
    assert.deepEqual(newcomer.strangers, []);
  });
});
