// Two reviewers and a senior decide planted pairs in a real browser, by keyboard alone;
// then what an auditor and the desk's pages show of it. Needs a running demonstration:
// NIIMS_DEMO_LOGINS names the file that it wrote. As many pairs are decided as
// `niims demo --open-cases` left open.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { SCREENS, SHOTS, accessible, fits, launch, named, visitor } from './browser.mjs';
import { signIn } from './sign-ins.mjs';

const file = process.env.NIIMS_DEMO_LOGINS;
assert.ok(file, 'set NIIMS_DEMO_LOGINS to the file that the demonstration wrote');
const logins = JSON.parse(await readFile(file, 'utf8'));
const site = logins.portal.replace(/\/$/, '').replace('127.0.0.1', 'localhost');
const who = (name) => logins.staff.find(({ user_name }) => user_name === name);
const answers = new Map(logins.desk.map(({ case: id, answer }) => [id, answer]));
const pairs = logins.desk.length;
// The second reviewer errs on every so many pairs, so that a senior has work.
const ERRS_EVERY = 5;

const keyOf = { same_person: '1', different_people: '2' };
const other = (answer) => (answer === 'same_person' ? 'different_people' : 'same_person');
const caseOf = (page) => new URL(page.url()).pathname.split('/')[3];

// A case that was decided, for those who look back.
let decided;

let browser;
before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
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

const shown = (page) => page.waitForLoadState('networkidle');

// Keys work once the page has loaded.
async function checking(page) {
  await page.getByRole('heading', { name: 'Check your decision' }).waitFor();
  await page.waitForLoadState('load');
}

// Takes the next case with a key. False where nothing waits.
async function take(page) {
  await page.goto(`${site}/staff/queue`);
  await page.keyboard.press('t');
  await page.waitForURL(/\/staff\/(cases\/|queue\?done=none)/);
  if (page.url().includes('done=none')) return false;
  await shown(page);
  return true;
}

// Decides the open case with keys only, and says how long the machine took.
async function decide(page, answer) {
  const begun = performance.now();
  await page.keyboard.press(keyOf[answer]);
  await page.keyboard.press(' ');
  await page.keyboard.press('g');
  await checking(page);
  await page.keyboard.press('y');
  await page.waitForURL(`${site}/staff/queue?done=decided`);
  return performance.now() - begun;
}

// One reviewer after another decides whatever waits, until nothing does or a rest is due.
// Only the pairs that the demonstration left open are touched.
async function work(name, answerOf) {
  const { context, page, strangers, complaints } = await visitor(browser, { origin: site, screen: SCREENS.desk });
  await signIn(page, site, who(name));
  const times = [];
  for (;;) {
    await page.goto(`${site}/staff/queue`);
    if ((await page.getByRole('heading', { name: 'Time to rest' }).count()) > 0) {
      await look(page, 'desk-rest');
      break;
    }
    const begun = performance.now();
    if (!(await take(page))) break;
    const opened = performance.now() - begun;
    decided = caseOf(page);
    const known = answers.get(decided);
    assert.ok(known, `${decided} is none of the pairs`);
    times.push(opened + (await decide(page, answerOf(known, times.length, decided))));
  }
  assert.deepEqual(strangers, []);
  assert.deepEqual(complaints, []);
  await context.close();
  return times;
}

const quantile = (times, part) => [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))];
const said = (who, times) =>
  `${who}: ${times.length} cases, machine time of a case p50 ${(quantile(times, 0.5) / 1000).toFixed(2)} s, p99 ${(quantile(times, 0.99) / 1000).toFixed(2)} s`;

describe('the desk', () => {
  it('shows the queue and a case well, with and without scripts', async () => {
    const { context, page, complaints } = await visitor(browser, { origin: site, screen: SCREENS.desk });
    await signIn(page, site, who('demo.adjudicator.1'));
    await page.goto(`${site}/staff/queue`);
    await look(page, 'desk-queue');
    await page.setViewportSize(SCREENS.desk);
    assert.ok(await take(page), 'a case waits');
    assert.match(await page.title(), /^Case [0-9A-Z-]+ – /);
    await look(page, 'desk-case');
    await page.setViewportSize(SCREENS.desk);
    // Nothing chosen: the page says so, and what was written stays.
    await page.locator('#note').fill('seen by the test');
    await page.locator('#decide-title').click();
    await page.keyboard.press('g');
    await page.getByRole('alert').getByText('Choose what you conclude').waitFor();
    assert.equal(await page.locator('#note').inputValue(), 'seen by the test');
    await look(page, 'desk-case-wrong');
    await page.setViewportSize(SCREENS.desk);
    // The next finger, and a mark on it, stay with the decision.
    await page.locator('#decide-title').click();
    await page.keyboard.press('n');
    await page.waitForURL(/pair=1/);
    await shown(page);
    await page.keyboard.press('f');
    await page.keyboard.press('k');
    await page.keyboard.press('3');
    await page.keyboard.press(' ');
    await look(page, 'desk-case-recapture');
    await page.setViewportSize(SCREENS.desk);
    await page.keyboard.press('2');
    await page.keyboard.press(' ');
    await page.keyboard.press('g');
    await checking(page);
    await page.getByText('Mark on Applicant').waitFor();
    await look(page, 'desk-check');
    await page.setViewportSize(SCREENS.desk);
    // Back by key: it is all there still.
    await page.keyboard.press('b');
    await page.waitForURL(/#decide/);
    assert.equal(await page.locator('#note').inputValue(), 'seen by the test');
    assert.ok(await page.locator('[data-key="2"]').isChecked());
    await page.goto(`${page.url().split('?')[0]}?lang=sw`);
    await look(page, 'desk-case-sw');
    await page.goto(`${page.url().split('?')[0]}?lang=en`);
    await page.locator('#decide-title').click();
    await page.keyboard.press('x');
    await page.waitForURL(`${site}/staff/queue?done=released`);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('refuses a decision on an image that did not load, and says which', async () => {
    const { context, page } = await visitor(browser, { origin: site, screen: SCREENS.desk });
    await signIn(page, site, who('demo.adjudicator.1'));
    await page.route(/\/images\/.*\/candidate-0\/portrait/, (route) => route.abort());
    assert.ok(await take(page), 'a case waits');
    await page.locator('#unseen').waitFor();
    await page.keyboard.press('2');
    await page.keyboard.press(' ');
    await page.keyboard.press('g');
    await page.getByRole('alert').getByText('Candidate 1, photograph').waitFor();
    await shown(page);
    // A recapture can be asked all the same.
    await page.keyboard.press('3');
    await page.keyboard.press(' ');
    await page.locator('#advice_0_finger').selectOption('2');
    await page.locator('#advice_0_fault').selectOption('dry');
    await page.locator('#advice_0_remedy').selectOption('moisten');
    await page.locator('#decide-title').click();
    await page.keyboard.press('g');
    await checking(page);
    await page.keyboard.press('b');
    await page.waitForURL(/#decide/);
    await page.unrouteAll();
    await page.goto(page.url().split('?')[0]);
    await page.locator('#decide-title').click();
    await page.keyboard.press('x');
    await page.waitForURL(`${site}/staff/queue?done=released`);
    await context.close();
  });

  it('gives images to whoever holds the case, and to no shared cache', async () => {
    const { context, page } = await visitor(browser, { origin: site, screen: SCREENS.desk });
    await signIn(page, site, who('demo.adjudicator.1'));
    assert.ok(await take(page), 'a case waits');
    const address = await page.locator('img[data-evidence]').first().getAttribute('src');
    const answer = await page.request.get(`${site}${address}`);
    assert.match(answer.headers()['cache-control'], /^private,/);
    assert.ok(!/[?&]/.test(address));
    const stranger = await visitor(browser, { origin: site });
    await signIn(stranger.page, site, who('demo.adjudicator.2'));
    assert.equal((await stranger.page.request.get(`${site}${address}`)).status(), 404);
    await stranger.context.close();
    await page.locator('#decide-title').click();
    await page.keyboard.press('x');
    await page.waitForURL(`${site}/staff/queue?done=released`);
    assert.notEqual((await page.request.get(`${site}${address}`)).status(), 200);
    await context.close();
  });

  it(`decides ${pairs} planted pairs by keyboard alone, with a senior where two differ`, { timeout: 3_600_000 }, async (t) => {
    const right = (answer) => answer;
    const times = { first: [], second: [], senior: [] };
    // No pair is misjudged twice: two who err alike do not differ.
    const misjudged = new Set();
    const errs = (answer, n, id) => {
      if (n % ERRS_EVERY !== 0 || misjudged.has(id)) return answer;
      misjudged.add(id);
      return other(answer);
    };
    // Whoever must rest is relieved: the third reviewer begins what the first left, the fourth ends it.
    for (const [role, name, says] of [
      ['first', 'demo.adjudicator.1', right],
      ['second', 'demo.adjudicator.2', errs],
      ['first', 'demo.adjudicator.3', right],
      ['second', 'demo.adjudicator.4', errs],
    ]) {
      times[role].push(...(await work(name, says)));
    }
    assert.equal(times.first.length + times.second.length, 2 * pairs);
    const senior = await visitor(browser, { origin: site, screen: SCREENS.desk });
    await signIn(senior.page, site, who('demo.senior'));
    // The senior may also give first opinions; here only what two left open is decided.
    for (;;) {
      const begun = performance.now();
      await senior.page.goto(`${site}/staff/queue`);
      const open = senior.page.locator('tr', { hasText: 'Awaits a senior' }).getByRole('link').first();
      if ((await open.count()) === 0) break;
      await open.focus();
      await senior.page.keyboard.press('Enter');
      await senior.page.getByRole('heading', { name: 'You do not hold this case' }).waitFor();
      await senior.page.keyboard.press('t');
      await senior.page.getByRole('heading', { name: 'The two opinions before you' }).waitFor();
      await shown(senior.page);
      const opened = performance.now() - begun;
      const text = await senior.page.locator('main').textContent();
      assert.ok(text.includes('Same person') && text.includes('Different people'), 'both opinions are shown');
      assert.ok(!text.includes('Synthetic Adjudicator') && !text.includes('demo.adjudicator'), 'no names');
      if (times.senior.length === 0) {
        await look(senior.page, 'desk-senior');
        await senior.page.setViewportSize(SCREENS.desk);
      }
      times.senior.push(opened + (await decide(senior.page, answers.get(caseOf(senior.page)))));
    }
    await senior.context.close();
    assert.ok(misjudged.size > 0, 'a senior has work');
    assert.equal(times.senior.length, misjudged.size);
    for (const [name, all] of Object.entries(times)) t.diagnostic(said(name, all));
  });

  it('shows what follows to those who may see it', async () => {
    const seen = {
      'demo.senior': ['held', 'merges', 'my-figures'],
      'demo.supervisor': ['inquiries', 'recaptures', 'corrections', 'checks'],
      'demo.auditor': ['reports', 'reviewers', 'replay'],
    };
    for (const [name, paths] of Object.entries(seen)) {
      const { context, page, complaints } = await visitor(browser, { origin: site, screen: SCREENS.desk });
      await signIn(page, site, who(name));
      await look(page, `desk-home-${name.split('.').at(-1)}`);
      for (const path of paths) {
        await page.goto(`${site}/staff/desk/${path}`);
        await look(page, `desk-${path}`);
      }
      assert.deepEqual(complaints, []);
      await context.close();
    }
  });

  it('lets the auditor see a case as it was seen', async () => {
    const { context, page } = await visitor(browser, { origin: site, screen: SCREENS.desk });
    await signIn(page, site, who('demo.auditor'));
    await page.goto(`${site}/staff/desk/replay`);
    await page.locator('#case').fill(decided);
    await page.keyboard.press('Enter');
    await page.waitForURL(/replay\/[0-9a-f-]{36}/);
    await look(page, 'desk-replay-case');
    await page.getByRole('link', { name: /^Seen / }).first().click();
    await page.getByText('its hash is as it was recorded').waitFor();
    await shown(page);
    const broken = await page.locator('main img').evaluateAll((all) => all.filter((i) => i.naturalWidth === 0).length);
    assert.equal(broken, 0);
    await look(page, 'desk-replay-view');
    await page.goto(`${site}/staff/desk/reports?by=sex`);
    await look(page, 'desk-reports-sex');
    const csv = await page.request.get(`${site}/staff/desk/reports.csv?by=county`);
    assert.match(csv.headers()['content-disposition'], /attachment/);
    assert.match(await csv.text(), /^group,searched,hits/);
    await context.close();
  });
});
