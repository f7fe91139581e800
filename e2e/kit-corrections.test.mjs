// Whom the centre asks to meet again: a capture without prints, a recapture asked at the desk, the
// list on the kit by village, a second capture that settles it, and somebody who has moved away.
// NIIMS_BIN names the executable.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { launch } from './browser.mjs';
import { ADULT, at, begin, born, consent, finish, follow, here, look, main, officer, press, questions, save, shows, signIn, turn, vouched } from './kit-officer.mjs';
import { OFFICERS, end, niims, serve, world } from './kit-server.mjs';

let home;
let adjudicators;
const PATIENCE_MS = 60_000;

before(async () => {
  here.browser = await launch();
  home = await world();
  here.home = home;
  adjudicators = [0, 1].map(() => {
    const added = niims(['staff', 'add', '--data', home.at('centre'), '--role', 'adjudicator']);
    assert.equal(added.code, 0, added.out);
    return /([0-9a-f]{8}-[0-9a-f-]{27})/.exec(added.out)[1];
  });
  const centre = await serve(['serve', '--data', home.at('centre'), '--listen', '127.0.0.1:0'], /(http:\/\/127\.0\.0\.1:\d+)/);
  const args = ['kit', 'serve', '--kit', home.at('kit'), '--listen', '127.0.0.1:0', '--centre', centre.found[1]];
  const kit = await serve(args, /(http:\/\/127\.0\.0\.1:\d+)/);
  here.site = kit.found[1];
});
after(async () => {
  await here.browser?.close();
  if (home) await end(home);
});

const VILLAGE = 'Kwa Mfano';

// A resident of a village whose prints no scanner reads.
async function captured(page, surname, village, number) {
  await page.waitForURL(/\/questions\//);
  const told = {
    ...ADULT,
    surname,
    identifiers: { '[0].kind': 'NATIONAL-ID', '[0].number': number },
    current_residence: async (page) => {
      await ADULT.current_residence(page);
      await page.locator('[name="current_residence.village"]').fill(village);
    },
  };
  await questions(page, told);
  await shows(page, 'National identity card', number);
}

async function interviewed(page, surname, village, number) {
  await begin(page, 'adult');
  await born(page, { day: '23', month: '4', year: '1987', precision: 'DAY' });
  await at(page, '/notice');
  await press(page, 'I have read it aloud');
  await consent(page);
  await captured(page, surname, village, number);
  await vouched(page, OFFICERS[2]);
  return finish(page);
}

// The officer asks the kit to send now, and looks until the page says what is wanted.
async function sentUntil(page, wanted) {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    await page.goto(`${here.site}/day`);
    await press(page, 'Send to the centre');
    await page.getByText('Sending is tried now').waitFor();
    await page.goto(`${here.site}/corrections`);
    if (await wanted()) return;
    assert.ok(performance.now() < until, await main(page).textContent());
    await page.waitForTimeout(1_000);
  }
}

function cases() {
  const listed = niims(['adjudicate', 'list', '--data', home.at('centre')]);
  assert.equal(listed.code, 0, listed.out);
  return [...listed.out.matchAll(/^([0-9a-f]{8}-[0-9a-f-]{27})\s+(\S+)/gm)].map(([, id, number]) => ({ id, number }));
}

async function waitForCases(count) {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const open = cases();
    if (open.length === count) return open;
    assert.ok(performance.now() < until, `${open.length} cases`);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

function decide(id, verdict, reason) {
  for (const who of adjudicators) {
    const args = ['adjudicate', 'decide', '--data', home.at('centre'), id, '--officer', who, '--verdict', verdict];
    const done = niims([...args, '--reason', `adjudication.${reason}`]);
    assert.equal(done.code, 0, done.out);
  }
}

// Whether a text stands in any file of a folder.
function inClear(folder, text) {
  return readdirSync(folder).some((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return inClear(path, text);
    return readFileSync(path).includes(text);
  });
}

const card = (page, surname) => main(page).getByRole('link', { name: new RegExp(surname) });

describe('people to be met again', () => {
  it('are listed by village once the centre asks', async () => {
    const { page, strangers, complaints } = await officer();
    await signIn(page, OFFICERS[1]);
    await page.getByText('Register a person').first().waitFor();
    await interviewed(page, 'Mfanoni', VILLAGE, '00000001');
    await interviewed(page, 'Kielelezo', VILLAGE, '00000002');
    await interviewed(page, 'Sampuli', 'Another Village', '00000003');
    await sentUntil(page, async () => (await page.getByText('The centre asks for nobody now').count()) === 1);
    await look(page, 'corrections-nobody');
    for (const { id } of await waitForCases(3)) decide(id, 'recapture', 'prints_too_poor');
    await sentUntil(page, async () => (await main(page).getByRole('link').filter({ hasText: 'Test' }).count()) === 3);
    const villages = await main(page).locator('caption').allTextContents();
    assert.equal(villages.length, 2, villages.join(' '));
    assert.match(villages[0], /^Another Village, /);
    assert.match(villages[1], new RegExp(`^${VILLAGE}, `));
    await look(page, 'corrections');
    await page.goto(`${here.site}/corrections?lang=sw`);
    await page.getByText('Watu wa kuonana nao tena').first().waitFor();
    await look(page, 'corrections-sw');
    await page.goto(`${here.site}/corrections?lang=en`);
    for (const text of ['Mfanoni', 'Kielelezo', VILLAGE]) {
      assert.ok(!inClear(home.at('kit'), text), `${text} stands in clear on the kit`);
    }
    await page.goto(`${here.site}/home`);
    await page.getByText('People to be met again: 3').waitFor();
    await look(page, 'corrections-home');
    assert.deepEqual(strangers, []);
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  it('opens with what is missing, and a new capture settles it', async () => {
    const { page, complaints } = await officer();
    await signIn(page, OFFICERS[1]);
    await page.goto(`${here.site}/corrections`);
    await turn(page, card(page, 'Mfanoni'));
    await page.getByText('What is to be done better').first().waitFor();
    assert.ok(!(await page.title()).includes('Mfanoni') && !page.url().includes('Mfanoni'));
    await look(page, 'correction');
    await press(page, 'Begin with this person');
    await at(page, '/asked');
    await look(page, 'correction-asked');
    const asked = `${here.site}${new URL(page.url()).pathname}`;
    await page.goto(`${asked}?lang=sw`);
    await page.getByText('Kinachoombwa na kituo').first().waitFor();
    await look(page, 'correction-asked-sw');
    await page.goto(`${asked}?lang=en`);
    await page.getByText('What the centre asks').first().waitFor();
    await follow(page, 'Go on');
    await at(page, '/age');
    await born(page, { day: '23', month: '4', year: '1987', precision: 'DAY' });
    await at(page, '/notice');
    await press(page, 'I have read it aloud');
    await consent(page);
    await captured(page, 'Mfanoni', VILLAGE, '00000001');
    await vouched(page, OFFICERS[2]);
    await finish(page);
    await page.goto(`${here.site}/corrections`);
    await page.getByText('Captured, on its way').or(page.getByText('Kielelezo')).first().waitFor();
    await look(page, 'corrections-captured');
    await sentUntil(page, async () => (await card(page, 'Mfanoni').count()) === 0);
    assert.equal(await card(page, 'Kielelezo').count(), 1, 'the others stay');
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  it('hears why somebody could not be met, and the centre knows', async () => {
    const { page, complaints } = await officer();
    await signIn(page, OFFICERS[2]);
    await page.goto(`${here.site}/corrections`);
    await turn(page, card(page, 'Sampuli'));
    await follow(page, 'It cannot be done');
    await page.getByText('Has moved away').waitFor();
    await look(page, 'correction-why');
    await save(page);
    await page.getByText('Choose a reason').first().waitFor();
    await look(page, 'correction-why-wrong');
    await page.locator('[name=reason][value=MOVED_AWAY]').check();
    await save(page);
    await page.waitForURL(`${here.site}/corrections`);
    await sentUntil(page, async () => (await card(page, 'Sampuli').count()) === 0);
    assert.equal(await card(page, 'Kielelezo').count(), 1);
    const strange = await page.goto(`${here.site}/corrections/00000000-0000-4000-8000-000000000000`);
    assert.equal(strange.status(), 404);
    assert.deepEqual(complaints, []);
    await page.context().close();
  });
});
