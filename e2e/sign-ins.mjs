// Staff who sign in with a password and a code of an app.

import { createHmac } from 'node:crypto';

// RFC 6238 over the letters that an app is given.
export function codeOf(letters, step) {
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
export async function freshCode({ user_name, secret }) {
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

// Signs in by keyboard alone. Another test may have used this code, then the next is tried.
export async function signIn(page, site, person) {
  for (let tries = 0; tries < 4; tries += 1) {
    await page.goto(`${site}/staff/sign-in`);
    await page.locator('#user_name').focus();
    await page.keyboard.type(person.user_name);
    await page.keyboard.press('Tab');
    await page.keyboard.type(person.password);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${site}/staff/code`);
    await page.locator('#code').focus();
    await page.keyboard.type(await freshCode(person));
    await page.keyboard.press('Enter');
    const inside = page.waitForURL(`${site}/staff`).then(() => true);
    const refused = page.getByRole('alert').first().waitFor().then(() => false);
    refused.catch(() => {});
    inside.catch(() => {});
    if (await Promise.race([inside, refused])) return;
  }
  throw new Error(`${person.user_name} cannot sign in`);
}
