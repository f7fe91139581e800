// The browser that a kit opens by itself: full screen, on the kit's own pages, and with nothing
// of it left when the officer closes it. NIIMS_BIN names the executable.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { CHROMIUM } from './browser.mjs';
import { end, niims, serve, world } from './kit-server.mjs';

let home;
before(async () => {
  home = await world();
});
after(async () => {
  if (home) await end(home);
});

const until = async (words, found) => {
  for (let looks = 0; looks < 300; looks += 1) {
    const value = await found();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return assert.fail(`never: ${words}`);
};

// Chromium as the kit would find it, but without a window, and open to questions.
async function program() {
  const file = home.at('browser');
  for (const left of ['number', 'arguments']) await rm(home.at(left), { force: true });
  await writeFile(file, `#!/bin/sh\necho $$ > '${home.at('number')}'\necho "$@" > '${home.at('arguments')}'\nexec '${CHROMIUM}' --headless --no-sandbox --remote-debugging-port=0 "$@"\n`);
  await chmod(file, 0o755);
  return file;
}

// What Chromium tells of itself; nothing while it begins.
async function ask(port, what) {
  const answer = await fetch(`http://127.0.0.1:${port}/json/${what}`).catch(() => undefined);
  return answer?.ok ? answer.json() : [];
}

describe('the browser of a kit', () => {
  it('shows the pages full screen, keeps its profile in memory, and leaves nothing', async () => {
    const args = ['kit', 'serve', '--kit', home.at('kit'), '--listen', '127.0.0.1:0', '--full-screen', '--browser', await program()];
    const kit = await serve(args, /(http:\/\/127\.0\.0\.1:\d+)/);
    const told = await until('the browser starts', async () => existsSync(home.at('arguments')) && (await readFile(home.at('arguments'), 'utf8')));
    assert.match(told, /--kiosk --incognito/);
    const profile = /--user-data-dir=(\S+)/.exec(told)[1];
    assert.match(profile, /^(\/dev\/shm|\/run\/user\/\d+)\//);
    const port = await until('the browser can be asked', async () => {
      const file = `${profile}/DevToolsActivePort`;
      return existsSync(file) && (await readFile(file, 'utf8')).split('\n')[0];
    });
    const page = await until('a page is open', async () => {
      const pages = (await ask(port, 'list')).filter(({ type, url }) => type === 'page' && url === `${kit.found[1]}/`);
      return pages.find(({ title }) => title.startsWith('Who works at the kit?'));
    });
    assert.match(page.title, /\S+ – \S+/);
    const ended = new Promise((resolve) => kit.child.once('exit', resolve));
    process.kill(Number(await readFile(home.at('number'), 'utf8')), 'SIGTERM');
    assert.equal(await ended, 0, 'whoever closes the browser closes the kit');
    assert.equal(existsSync(profile), false, 'the profile is gone');
    const kept = await readdir(home.at('kit'));
    assert.ok(!kept.some((name) => /Default|Cache|Crash/i.test(name)), kept.join(' '));
  });

  it('goes with the kit', async () => {
    const args = ['kit', 'serve', '--kit', home.at('kit'), '--listen', '127.0.0.1:0', '--full-screen', '--browser', await program()];
    const kit = await serve(args, /(http:\/\/127\.0\.0\.1:\d+)/);
    const number = await until('the browser starts', async () => existsSync(home.at('number')) && Number(await readFile(home.at('number'), 'utf8')));
    const ended = new Promise((resolve) => kit.child.once('exit', resolve));
    kit.child.kill('SIGTERM');
    await ended;
    await until('the browser is gone', async () => !existsSync(`/proc/${number}`));
  });

  it('says what is missing', () => {
    const none = niims(['kit', 'serve', '--kit', home.at('kit'), '--listen', '127.0.0.1:0', '--full-screen', '--browser', home.at('no-browser')]);
    assert.notEqual(none.code, 0);
    assert.match(none.out, /cannot start the browser/);
  });
});
