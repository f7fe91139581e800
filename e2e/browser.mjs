// The browser of the tests: Debian's Chromium, alone and with fresh settings.

import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const AXE = require.resolve('axe-core/axe.min.js');

// Where Debian puts it; another place can be named for other systems.
export const CHROMIUM = process.env.NIIMS_CHROMIUM ?? '/usr/bin/chromium';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

// No page should need longer on one machine; a hung page must not hang the tests.
const PATIENCE_MS = 30_000;

export const SHOTS = join(import.meta.dirname, 'shots');

// A telephone and a desk, in CSS pixels.
export const SCREENS = { telephone: { width: 412, height: 892 }, desk: { width: 1366, height: 768 } };
// A tablet of ten inches, held upright.
export const TABLET = { width: 800, height: 1280 };

export async function launch() {
  await mkdir(SHOTS, { recursive: true });
  return chromium.launch({ executablePath: CHROMIUM, headless: true, args: ARGUMENTS });
}

// A fresh visitor: no cookies, no cache. Fails the test when a page asks anybody
// but `origin` for anything.
export async function visitor(browser, { origin, screen = SCREENS.telephone, javaScriptEnabled = true }) {
  const context = await browser.newContext({ viewport: screen, javaScriptEnabled, locale: 'en-KE' });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const strangers = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`) && request.url() !== origin) strangers.push(request.url());
  });
  // What the browser refuses by the page's own policy, or cannot run.
  const complaints = [];
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { context, page, strangers, complaints };
}

// Runs axe on the page as it stands. The engine is put in through the debugger,
// past the page's own policy, which rightly forbids scripts.
export async function accessible(page, name) {
  const { readFile } = await import('node:fs/promises');
  await page.evaluate(await readFile(AXE, 'utf8'));
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  const grave = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
  assert.deepEqual(grave, [], `${name}: axe finds`);
}

// Every page says its language and its name, and has one main part.
export async function named(page, name) {
  const { lang, title, mains } = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    title: document.title,
    mains: document.querySelectorAll('main').length,
  }));
  assert.match(lang, /^(en|sw)$/, `${name}: language`);
  assert.match(title, /\S+ – \S+/, `${name}: title`);
  assert.equal(mains, 1, `${name}: main`);
}

// Nothing may stick out to the right: a page that has to be pushed sideways is no page.
export async function fits(page, name) {
  const [wide, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= window, `${name}: ${wide} px wide in a window of ${window} px`);
}
