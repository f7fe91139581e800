// A resident at the portal, in a real browser. Needs a running demonstration:
// NIIMS_DEMO_LOGINS names the file of addresses and log-ins that it wrote.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { SCREENS, SHOTS, accessible, fits, launch, visitor } from './browser.mjs';

// Largest page in bytes, with its stylesheet: five seconds on a line of 20 kB/s.
const LARGEST_PAGE_BYTES = 100_000;
// How long the outbox may take to show a code.
const CODE_WITHIN_MS = 10_000;

const file = process.env.NIIMS_DEMO_LOGINS;
assert.ok(file, 'set NIIMS_DEMO_LOGINS to the file that the demonstration wrote');
const logins = JSON.parse(await readFile(file, 'utf8'));
const portal = (process.env.NIIMS_DEMO_URL ?? logins.portal).replace(/\/$/, '');

// The register limits codes per resident, so the tests take turns with all they were given.
let turn = 0;
const nextResident = () => logins.residents[turn++ % logins.residents.length];
const numbered = logins.residents.find(({ huduma_namba }) => huduma_namba);

let browser;
before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
});

async function messages(page) {
  await page.goto(logins.outbox);
  return page.locator('.messages li').evaluateAll((items) =>
    items.map((item) => ({ all: item.textContent, body: item.querySelector('.message').textContent })),
  );
}

// The first run of four to ten digits.
const codeIn = ({ body }) => body.match(/\b\d{4,10}\b/)?.[0];

// Types a number, reads the new code in the outbox, and leaves the page at `/code`.
async function askForCode(context, page, handle) {
  const outbox = await context.newPage();
  const known = new Set((await messages(outbox)).map(({ all }) => all));
  await page.goto(`${portal}/sign-in`);
  await page.getByRole('textbox').fill(handle);
  await page.getByRole('main').getByRole('button').click();
  await page.waitForURL(`${portal}/code`);
  const end = Date.now() + CODE_WITHIN_MS;
  for (;;) {
    const fresh = (await messages(outbox)).find(({ all }) => !known.has(all));
    if (fresh) {
      await outbox.close();
      return codeIn(fresh);
    }
    assert.ok(Date.now() < end, 'no message reached the outbox');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function signIn(context, page, handle) {
  const code = await askForCode(context, page, handle);
  await page.getByRole('textbox').fill(code);
  await page.getByRole('main').getByRole('button').click();
  await page.waitForURL(`${portal}/me`);
}

const wrong = (code) => [...code].map((digit) => (Number(digit) + 1) % 10).join('');

describe('the portal', () => {
  it('shows what the Huduma Namba is and what is collected', async () => {
    const { context, page, strangers } = await visitor(browser, { origin: portal });
    await page.goto(portal);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByRole('heading', { name: 'It is free' }).waitFor();
    await page.getByRole('heading', { name: 'It is voluntary' }).waitFor();
    await page.getByRole('link', { name: 'Read the full list' }).click();
    const published = await (await context.request.get(`${portal}/what-we-collect.json`)).json();
    assert.equal(await page.locator('tbody tr').count(), published.fields.length);
    assert.deepEqual(strangers, []);
    await context.close();
  });

  for (const javaScriptEnabled of [true, false]) {
    it(`lets a resident in and out, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async () => {
      const resident = javaScriptEnabled ? numbered ?? nextResident() : nextResident();
      const { context, page, strangers } = await visitor(browser, { origin: portal, javaScriptEnabled });
      await page.goto(portal);
      await page.getByRole('link', { name: 'Sign in' }).click();
      await page.waitForURL(`${portal}/sign-in`);

      const code = await askForCode(context, page, resident.application_number);
      await page.getByRole('textbox').fill(wrong(code));
      await page.getByRole('main').getByRole('button').click();
      await page.getByRole('alert').getByText('This code is not right').waitFor();
      assert.match(await page.title(), /^Error:/);
      await page.getByRole('textbox').fill(code);
      await page.getByRole('main').getByRole('button').click();
      await page.waitForURL(`${portal}/me`);

      await page.getByRole('heading', { name: 'Your record', exact: true }).waitFor();
      await page.getByRole('heading', { name: 'Who looked at your record', exact: true }).waitFor();
      await page.getByText(resident.application_number, { exact: true }).waitFor();
      if (resident.huduma_namba) {
        const number = await page.locator('.number').textContent();
        assert.match(number, /^\d{4} \d{4} \d{4}$/);
        assert.equal(number.replaceAll(' ', ''), resident.huduma_namba.replaceAll(' ', ''));
      }

      await page.getByRole('link', { name: 'Kiswahili' }).click();
      await page.getByRole('heading', { name: 'Rekodi yako', exact: true }).waitFor();
      assert.equal(page.url(), `${portal}/me`);
      assert.equal(await page.locator('html').getAttribute('lang'), 'sw');

      await page.getByRole('button', { name: 'Ondoka' }).click();
      await page.waitForURL(`${portal}/signed-out`);
      await page.goBack();
      await page.waitForLoadState();
      assert.equal(await page.getByText(resident.application_number, { exact: true }).count(), 0);
      await page.goto(`${portal}/me`);
      await page.waitForURL(`${portal}/sign-in`);
      assert.deepEqual(strangers, []);
      await context.close();
    });
  }

  it('takes the Huduma Namba as well as the application number', async (t) => {
    if (!numbered) return t.skip('nobody in the demonstration has a number');
    const { context, page } = await visitor(browser, { origin: portal });
    await signIn(context, page, numbered.huduma_namba.replace(/(\d{4})(?=\d)/g, '$1 '));
    await page.getByText(numbered.application_number, { exact: true }).waitFor();
    await context.close();
  });

  it('tells an unknown number nothing and sends nothing', async () => {
    const { context, page } = await visitor(browser, { origin: portal });
    const outbox = await context.newPage();
    const known = await messages(outbox);
    await page.goto(`${portal}/sign-in`);
    await page.getByRole('textbox').fill('X9-999999');
    await page.getByRole('main').getByRole('button').click();
    await page.waitForURL(`${portal}/code`);
    await page.getByText('If the number you gave is known to us').waitFor();
    assert.deepEqual(await messages(outbox), known);
    await context.close();
  });

  it('holds nothing of a person in addresses, and nothing for a script to read', async () => {
    const { context, page } = await visitor(browser, { origin: portal });
    const addresses = [];
    page.on('request', (request) => addresses.push(request.url()));
    const resident = nextResident();
    await signIn(context, page, resident.application_number);
    for (const address of addresses) {
      assert.ok(!address.includes(resident.application_number), address);
      assert.ok(!/\d{12}/.test(decodeURIComponent(address)), address);
    }
    assert.equal(await page.evaluate(() => document.cookie), '');
    for (const cookie of await context.cookies()) {
      assert.ok(cookie.httpOnly && cookie.sameSite === 'Strict', cookie.name);
    }
    await context.close();
  });

  for (const [screen, size] of Object.entries(SCREENS)) {
    it(`is readable for everyone on a ${screen}, in both languages`, async () => {
      const { context, page } = await visitor(browser, { origin: portal, screen: size });
      const look = async (name) => {
        const bytes = Buffer.byteLength(await page.content());
        assert.ok(bytes < LARGEST_PAGE_BYTES, `${name}: ${bytes} bytes`);
        await accessible(page, name);
        await fits(page, name);
        await page.screenshot({ path: join(SHOTS, `${name}-${size.width}.png`), fullPage: true });
      };
      for (const language of ['en', 'sw']) {
        const shown = async (path, name) => {
          await page.goto(`${portal}${path}`);
          await look(`${name}-${language}`);
        };
        await page.goto(`${portal}/?lang=${language}`);
        await shown('/', 'start');
        await shown('/what-we-collect', 'collected');
        await shown('/nowhere', 'problem');
        await shown('/sign-in', 'sign-in');
        await page.getByRole('textbox').fill('111122223333');
        await page.getByRole('main').getByRole('button').click();
        await page.getByRole('alert').waitFor();
        await look(`sign-in-wrong-${language}`);
        const code = await askForCode(context, page, nextResident().application_number);
        await look(`code-${language}`);
        await page.getByRole('textbox').fill(wrong(code));
        await page.getByRole('main').getByRole('button').click();
        await page.getByRole('alert').waitFor();
        await look(`code-wrong-${language}`);
        await page.getByRole('textbox').fill(code);
        await page.getByRole('main').getByRole('button').click();
        await page.waitForURL(`${portal}/me`);
        await look(`me-${language}`);
        await shown('/me/looked', 'looked');
        await page.locator('form.out button').click();
        await page.waitForURL(`${portal}/signed-out`);
        await look(`signed-out-${language}`);
      }
      await page.goto(logins.outbox);
      await look('outbox');
      await context.close();
    });
  }

  it('fits 320 pixels', async () => {
    const screen = { width: 320, height: 640 };
    const { context, page } = await visitor(browser, { origin: portal, screen });
    for (const path of ['/', '/what-we-collect', '/sign-in', '/signed-out']) {
      await page.goto(`${portal}${path}`);
      await page.evaluate(() => document.querySelectorAll('details').forEach((part) => (part.open = true)));
      await fits(page, path);
    }
    await signIn(context, page, nextResident().application_number);
    await fits(page, '/me');
    await page.screenshot({ path: join(SHOTS, 'me-320.png'), fullPage: true });
    await context.close();
  });
});
