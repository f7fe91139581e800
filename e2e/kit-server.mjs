// A centre and a registration kit of their own, for the browser tests of the kit: made new
// each time by the executable that NIIMS_BIN names, and ended with the tests.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import assert from 'node:assert/strict';

export const BIN = resolve(process.env.NIIMS_BIN ?? join(import.meta.dirname, '../target/debug/niims'));

const running = [];

// How many days behind today the executable's clock stands; other clocks of a process run on.
export const clock = { behind: 0 };

function environment() {
  if (clock.behind === 0) return process.env;
  const where = readdirSync('/usr/lib').map((name) => join('/usr/lib', name, 'faketime'));
  const found = where.filter((folder) => existsSync(folder)).map((folder) => join(folder, 'libfaketime.so.1'));
  assert.ok(found.length > 0, 'libfaketime is installed');
  return { ...process.env, LD_PRELOAD: found[0], FAKETIME: `-${clock.behind}d`, FAKETIME_DONT_FAKE_MONOTONIC: '1' };
}

export function niims(args, input) {
  const done = spawnSync(BIN, args, { input, encoding: 'utf8', env: environment() });
  return { code: done.status, out: `${done.stdout}${done.stderr}` };
}

// Runs until the end of the tests; the first line that matches, and how long it took.
export function serve(args, line) {
  const begun = performance.now();
  const child = spawn(BIN, args, { env: environment() });
  running.push(child);
  return new Promise((resolved, rejected) => {
    let out = '';
    const hear = (chunk) => {
      out += chunk;
      const found = line.exec(out);
      if (found) resolved({ found, ms: performance.now() - begun, child });
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('exit', (code) => rejected(new Error(`niims ${args.join(' ')} ended with ${code}: ${out}`)));
  });
}

export const OFFICERS = [
  { badge: 'Supervisor', pin: '482913' },
  { badge: 'Desk one', pin: '730164' },
  { badge: 'Desk two', pin: '295038' },
];

export async function world() {
  const folder = await mkdtemp(join(tmpdir(), 'niims-kit-'));
  const at = (name) => join(folder, name);
  const made = niims(['init', '--data', at('centre')]);
  assert.equal(made.code, 0, made.out);
  const ids = addKit(at, 'kit', 'E2E-1');
  await mkdir(at('stick'));
  return { folder, at, ids };
}

// A kit whose officers have their PINs; the officers' ids.
export function addKit(at, name, serial) {
  const kit = ['staff', 'add-kit', '--data', at('centre'), '--kit', at(name), '--serial', serial];
  const added = niims([...kit, '--sublocation', 'X00001', '--officers', String(OFFICERS.length)]);
  assert.equal(added.code, 0, added.out);
  const ids = [...added.out.matchAll(/^officer (\S+)/gm)].map(([, id]) => id);
  for (const [index, { badge, pin }] of OFFICERS.entries()) {
    const set = niims(['kit', 'pin', '--kit', at(name), '--officer', ids[index], '--badge', badge], `${pin}\n`);
    assert.equal(set.code, 0, set.out);
  }
  return ids;
}

// A scanner and a camera on the loopback address, and the list by which the centre trusts both.
export async function devices({ at }) {
  const started = {};
  const certificates = [];
  for (const kind of ['finger', 'face']) {
    const folder = at(`certificates-${kind}`);
    const args = ['sim', 'device', '--kind', kind, '--seed', '7', '--keys', 'ed25519', '--takes-ms', '300'];
    started[kind] = (await serve([...args, '--certificates', folder], /certificates in/)).child;
    certificates.push('--device-root', join(folder, 'device-root-1.der'));
    certificates.push('--device-maker', join(folder, 'device-maker-1.der'));
  }
  const list = niims(['devices', 'trust', '--data', at('centre'), '--environment', 'Developer', ...certificates]);
  assert.equal(list.code, 0, list.out);
  return started;
}

export async function end({ folder }) {
  for (const child of running) child.kill();
  await rm(folder, { recursive: true, force: true });
}
