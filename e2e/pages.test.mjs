// One test for each page of pages.mjs on each screen: language and title are there,
// nothing sticks out, axe finds nothing serious, nobody else is asked for anything.
// A picture of each is kept in shots/, to be looked at and not compared: fonts differ
// from machine to machine, and a changed pixel says nothing about a page.
//
// Needs NIIMS_DEMO_LOGINS or NIIMS_PAGES_URL, the address of a running gallery
// (`cargo run -p niims-web --example gallery`).

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { SCREENS, SHOTS, accessible, fits, launch, named, visitor } from './browser.mjs';
import { PAGES } from './pages.mjs';

const file = process.env.NIIMS_DEMO_LOGINS;
const logins = file ? JSON.parse(await readFile(file, 'utf8')) : {};
const origin = (process.env.NIIMS_PAGES_URL ?? logins.portal ?? '').replace(/\/$/, '');
assert.ok(origin, 'set NIIMS_DEMO_LOGINS or NIIMS_PAGES_URL');
const only = process.env.NIIMS_PAGES_ONLY;

let browser;
before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
});

describe('every page', () => {
  for (const entry of PAGES.filter(({ name }) => !only || name.includes(only))) {
    for (const [screen, size] of Object.entries(SCREENS)) {
      it(`${entry.name} on a ${screen}`, async () => {
        const { context, page, strangers, complaints } = await visitor(browser, { origin, screen: size });
        try {
          await entry.signIn?.({ context, page, origin, logins });
          if (!entry.scripts) await withoutScripts(page);
          await page.goto(`${origin}${entry.path}`);
          await entry.open?.(page);
          await named(page, entry.name);
          await fits(page, entry.name);
          await page.screenshot({ path: join(SHOTS, `${entry.name}-${size.width}.png`), fullPage: true });
          await accessible(page, entry.name);
          assert.deepEqual(strangers, [], `${entry.name} asks somebody else`);
          assert.deepEqual(complaints, [], `${entry.name} breaks its own policy`);
        } finally {
          await context.close();
        }
      });
    }
  }
});

// Script modules of ours are not answered: the page stands as it does where they fail.
async function withoutScripts(page) {
  await page.route(/\/assets\/.*\.js$/, (route) => route.fulfill({ status: 200, contentType: 'text/javascript', body: '' }));
}

describe('the print viewer', () => {
  async function viewer(scripts = true) {
    const seen = await visitor(browser, { origin, screen: SCREENS.desk, javaScriptEnabled: scripts });
    await seen.page.goto(`${origin}/components/prints`);
    return seen;
  }
  const shift = (page, side) => page.locator(`[data-side=${side}] [data-view]`).getAttribute('transform');

  it('moves both prints as one, by keys and by dragging', async () => {
    const { context, page } = await viewer();
    const left = page.locator('[data-side=left]');
    await left.focus();
    const whole = await shift(page, 'left');
    await page.keyboard.press('+');
    await page.keyboard.press('ArrowRight');
    const moved = await shift(page, 'left');
    assert.notEqual(moved, whole);
    assert.equal(await shift(page, 'right'), moved);
    const box = await left.boundingBox();
    await page.mouse.move(box.x + 80, box.y + 80);
    await page.mouse.down();
    await page.mouse.move(box.x + 120, box.y + 90);
    await page.mouse.up();
    assert.notEqual(await shift(page, 'left'), moved);
    assert.equal(await shift(page, 'right'), await shift(page, 'left'));
    await page.keyboard.press('0');
    assert.equal(await shift(page, 'left'), whole);
    await context.close();
  });

  it('switches layers by keys, and turns the right print back', async () => {
    const { context, page } = await viewer();
    await page.locator('[data-side=right]').focus();
    const shown = (layer) => page.locator(`[data-side=right] .layer-${layer}`).isVisible();
    assert.equal(await shown('orientation'), false);
    await page.keyboard.press('o');
    assert.equal(await shown('orientation'), true);
    const turned = () => page.locator('[data-side=right] .print-turn').evaluate((g) => getComputedStyle(g).transform);
    assert.notEqual(await turned(), 'none');
    await page.keyboard.press('r');
    assert.equal(await turned(), 'none');
    await context.close();
  });

  it('keeps marks in pixels of the print, and takes them away again', async () => {
    const { context, page } = await viewer();
    await page.locator('[data-side=left]').focus();
    await page.keyboard.press('k');
    const field = page.locator('input[data-marks]');
    assert.equal(await field.inputValue(), 'left 160 160');
    await page.keyboard.press('u');
    assert.equal(await field.inputValue(), '');
    await context.close();
  });

  it('says nothing of pictures while they load', async () => {
    const { context, page } = await visitor(browser, { origin, screen: SCREENS.desk });
    await page.goto(`${origin}/components/prints`);
    assert.equal(await page.locator('.print-failed').isVisible(), false);
    await context.close();
  });

  it('says so when a picture does not load', async () => {
    const { context, page } = await visitor(browser, { origin, screen: SCREENS.desk });
    await page.route(/print-right/, (route) => route.abort());
    await page.goto(`${origin}/components/prints`);
    await page.getByRole('alert').getByText('did not load').waitFor();
    assert.equal(await page.locator('[data-print-viewer]').getAttribute('data-failed'), '');
    await context.close();
  });

  it('works without a script: layers, turning and enlarging', async () => {
    const { context, page } = await viewer(false);
    const minutiae = page.locator('[data-side=left] .layer-minutiae');
    assert.equal(await minutiae.isVisible(), false);
    await page.locator('label[for=thumb-minutiae]').click();
    assert.equal(await minutiae.isVisible(), true);
    const sheet = page.locator('[data-side=left] .print-sheet');
    const before = await sheet.boundingBox();
    await page.locator('label[for=thumb-zoom-2]').click();
    const after = await sheet.boundingBox();
    assert.ok(Math.abs(after.width - 2 * before.width) < 3, `${before.width} ${after.width}`);
    await context.close();
  });

  it('lets only the named script run', async () => {
    const { context, page, complaints } = await viewer();
    const policy = (await page.request.get(`${origin}/components/prints`)).headers()['content-security-policy'];
    assert.match(policy, /script-src 'nonce-[0-9a-f]{32}'/);
    const plain = (await page.request.get(`${origin}/components`)).headers()['content-security-policy'];
    assert.match(plain, /script-src 'none'/);
    assert.deepEqual(complaints, []);
    await context.close();
  });
});
