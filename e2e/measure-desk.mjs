// What the queue's and a case's pages cost, over HTTP as a browser asks. Not a test:
//   niims demo --people 24 --open-cases 50 --no-serve --logins L --data D
//   niims sim queue --data D --cases 100000
//   niims serve --data D --listen 127.0.0.1:8080
//   node measure-desk.mjs http://localhost:8080 L
// A case is opened, looked at with every image, looked at again, and given back.

import { readFile } from 'node:fs/promises';
import { SCREENS, launch, visitor } from './browser.mjs';
import { signIn } from './sign-ins.mjs';

const [site, file] = process.argv.slice(2);
const logins = JSON.parse(await readFile(file, 'utf8'));
const LOOKS = 500;
const CASES = Number(process.env.NIIMS_LOOKS ?? 60);

const browser = await launch();
const times = new Map();

// Browsers ask six things at once of one server.
const AT_ONCE = 6;

async function timed(what, of) {
  const begun = performance.now();
  const answer = await of();
  if (!times.has(what)) times.set(what, []);
  times.get(what).push(performance.now() - begun);
  return answer;
}

async function get(page, address) {
  const answer = await page.request.get(address);
  const body = await answer.body();
  if (answer.status() !== 200) throw new Error(`${answer.status()} for ${address}`);
  return body;
}

async function all(page, addresses) {
  const left = [...addresses];
  const one = async () => {
    while (left.length > 0) await timed('one image', () => get(page, left.pop()));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

async function queue(page) {
  let address = `${site}/staff/queue`;
  for (let looks = 0; looks < LOOKS; looks += 1) {
    const text = String(await timed('queue page', () => get(page, address)));
    const next = text.match(/href="(\/staff\/queue\?[^"]*after=[^"]*)"/);
    address = next ? `${site}${next[1].replaceAll('&amp;', '&')}` : `${site}/staff/queue`;
  }
}

// The next case is taken, seen and left held, so that another one comes; then all go back.
async function cases(page) {
  for (let seen = 0; seen < CASES; seen += 1) {
    await page.goto(`${site}/staff/queue`);
    await page.keyboard.press('t');
    await page.waitForURL(/\/staff\/cases\//);
    const address = page.url().split('?')[0];
    await page.waitForLoadState('networkidle');
    const images = await page.locator('img[data-evidence]').evaluateAll((found) => found.map((one) => one.src));
    const bytes = await timed('case page', () => get(page, address));
    await timed('case page with its images', async () => {
      await get(page, address);
      await all(page, images);
    });
    times.set('images of a case', [...(times.get('images of a case') ?? []), images.length]);
    times.set('bytes of a case page', [...(times.get('bytes of a case page') ?? []), bytes.length]);
    await page.locator('#decide-title').click();
    await page.keyboard.press('x');
    await page.waitForURL(`${site}/staff/queue?done=released`);
  }
}

const quantile = (of, part) => [...of].sort((a, b) => a - b)[Math.min(of.length - 1, Math.floor(of.length * part))];
const { page } = await visitor(browser, { origin: site, screen: SCREENS.desk });
await signIn(page, site, logins.staff.find(({ user_name }) => user_name === 'demo.adjudicator.1'));
await queue(page);
await cases(page);
for (const [what, of] of times) {
  console.log(`${what}: ${of.length}, p50 ${quantile(of, 0.5).toFixed(1)}, p99 ${quantile(of, 0.99).toFixed(1)}`);
}
await browser.close();
