/** The invariants of sync.md §3, each by its number. Some must hold after every step, the others when all is quiet. */
import { sql } from 'drizzle-orm';
import { currentScopes } from '#server/sync/grants.rules.ts';
import { canonicalJson } from '#shared/kernel/canonical.ts';
import { EMPTY_DIGEST } from '#shared/sync/digest.ts';
import type { RefKey } from '#shared/sync/refs.ts';
import type { Life } from './sync-device.ts';
import { factsIn } from './sync-facts.ts';
import { hashOf, hold, liveRows, winnersOf } from './sync-model.ts';
import { completedPull } from './sync-serve.ts';
import { changesOf, difference, digestsOf, expectedRows, fieldsOf, type View, viewOf } from './sync-view.ts';
import type { Slot, Snapshot, World } from './sync-world.ts';

/** How far a device had written when it was last looked at. */
const checked = new WeakMap<Life, string>();

/** After every step, of the device that it was about. */
export function checkDevice(world: World, slot: Slot): void {
  const [violation] = world.violations;
  if (violation !== undefined) throw violation;
  const { life } = slot;
  const stamp = `${changesOf(life.core.db)} ${life.running.pull}`;
  if (checked.get(life) === stamp) return;
  checked.set(life, stamp);
  const view = viewOf(life.core.db);
  const { state, outbox } = view;
  for (const { name, args } of outbox) for (const key of factsIn(name, args)) world.facts.set(key, args);
  if (state === undefined) return;

  const mids = outbox.map(({ mid }) => mid);
  const waiting = outbox.filter((row) => row.state === 'pending').map(({ mid }) => mid);
  // Of what was answered, rows of a scope that was taken away are gone; what waits follows without a gap to the next.
  const isGapless = waiting.every((mid, at) => mid === state.nextMid - waiting.length + at) || isReopened(outbox);
  hold(
    isGapless && (mids.at(-1) ?? 0) < state.nextMid,
    `I3: ${waiting.join(' ')} wait in the outbox, next ${state.nextMid}`,
  );
  for (const { hlc } of outbox) hold(hlc <= state.hlc, `I3: the clock is at ${state.hlc}, behind ${hlc} of the outbox`);

  const isSameWriter = slot.memory?.incarnation === state.incarnation;
  if (isSameWriter) {
    const left = new Set(mids);
    for (const [mid, { state: was }] of slot.kept) {
      if (left.has(mid)) continue;
      hold(
        mid <= state.durableMid && mid <= state.reflectedMid,
        `I2: mutation ${mid} left the outbox; it was ${was}, durable is ${state.durableMid}, reflected ${state.reflectedMid}`,
      );
    }
  }
  // Under a new name it keeps what was answered to the old one, for a server that comes back from a backup.
  const before = slot.memory?.incarnation;
  if (before !== undefined && !isSameWriter) {
    const left = new Set(view.former.flatMap(({ incarnation, mid }) => (incarnation === before ? [mid] : [])));
    // Or waits under the new one, because a server that was put back is to be told anew.
    const anew = new Set(outbox.map(({ hlc }) => hlc));
    for (const [mid, { state: was, hlc }] of slot.kept) {
      const isKept = was === 'pending' || left.has(mid) || anew.has(hlc);
      hold(isKept, `I16: answered mutation ${mid} was dropped with the name ${before}`);
    }
  }
  slot.kept = new Map(outbox.map((line) => [line.mid, line]));

  const wrong = difference(fieldsOf(view.shown), expectedRows(view, life.sync.writer(), world.findMutator), [
    'the screen',
    'base and outbox',
  ]);
  // After a new name what was answered under the old one stays on show until the next pull lays all bare.
  hold(wrong === undefined || state.reflectedMid < 0, `I7: device ${slot.index}: ${wrong ?? ''}`);
  checkWhole(slot, view);
  checkMonotonic(slot, view);
  checkPulled(world, slot, view);
}

/** After a restore what had been answered waits again, and between it may be what a wiped scope took along. */
const isReopened = (outbox: View['outbox']): boolean => {
  const first = outbox.findIndex(({ state }) => state === 'pending');
  return outbox.slice(first).every(({ state }) => state === 'pending');
};

function checkMonotonic(slot: Slot, view: View): void {
  const { memory } = slot;
  const { state } = view;
  if (state === undefined) return;
  const cursors = new Map(Array.from(view.cursors, ([scope, { ver, digest }]) => [scope, digest === '' ? -1 : ver]));
  const vers = new Map(Array.from(view.base, ([key, { scope, ver }]) => [key, { scope, ver }]));
  if (memory?.epoch === state.epoch && memory.incarnation === state.incarnation) {
    for (const [scope, ver] of memory.cursors) {
      const now = cursors.get(scope);
      // Put back to its start on purpose, or taken away.
      if (now === undefined || now === -1) continue;
      hold(now >= ver, `I6: the cursor of ${scope} went from ${ver} to ${now} in one epoch`);
    }
    for (const [key, { scope, ver }] of memory.vers) {
      const now = vers.get(key);
      // Each scope counts its own versions: a row that moved begins with whatever its new scope has come to. And a scope that is
      // to be read anew stands here as another epoch left it.
      if (now === undefined || now.scope !== scope || memory.cursors.get(scope) === -1) continue;
      hold(now.ver >= ver, `I6: ${key} went from version ${ver} to ${now.ver} in one epoch`);
    }
  }
  slot.memory = { epoch: state.epoch, incarnation: state.incarnation, cursors, vers };
}

/** While a pull is under way nothing of it is to be seen. */
function checkWhole(slot: Slot, view: View): void {
  const { life } = slot;
  const now = JSON.stringify([...view.base]);
  // Of a device that is being filled for the first time nobody has seen the whole.
  const isFilled = view.state?.staged?.includes('hydrating') !== true;
  const isHalfway = isFilled && life.running.pull && completedPull(life) === undefined;
  const before = bases.get(life);
  hold(
    !isHalfway || before === undefined || before === now,
    `I8: device ${slot.index} shows a part of a pull that is under way`,
  );
  bases.set(life, now);
}
const bases = new WeakMap<Life, string>();

/** A pull that has ended shows one instant of the server, whole. */
function checkPulled({ model, server }: World, slot: Slot, view: View): void {
  const { life } = slot;
  const ended = completedPull(life);
  if (ended === undefined || life.running.pull) return;
  const { reply, snapshot } = ended;
  const own = view.state;
  const isApplied =
    own?.epoch === reply.epoch &&
    own.staged === null &&
    reply.grants.every(
      (scope) =>
        view.cursors.get(scope)?.ver === reply.next[scope] && view.cursors.get(scope)?.digest === reply.digests[scope],
    );
  if (!isApplied) return;
  const theirs = liveOf(snapshot, reply.grants);
  const ours = new Map([...view.base].filter(([, { scope }]) => reply.grants.includes(scope)));
  const wrong = difference(fieldsOf(ours), theirs, ['the device', "the server's instant"]);
  hold(wrong === undefined, `I8: device ${slot.index} after its pull: ${wrong ?? ''}`);
  // Put back while its answer was on its way, the server has had nothing of this.
  if (reply.epoch !== server.timeline().epoch) return;
  for (const { mid, h, state } of view.outbox) {
    if (state === 'acked' || mid > own.reflectedMid) continue;
    const has = hashOf(model, { deviceId: slot.deviceId, incarnation: own.incarnation }, mid);
    hold(has === h, `I7: device ${slot.index} does not show its change ${mid}, of which the server has another`);
  }
}

function liveOf(snapshot: Snapshot, scopes: readonly string[]): Map<RefKey, string> {
  const live = new Map<RefKey, string>();
  for (const [key, row] of snapshot) if (!row.deleted && scopes.includes(row.scope)) live.set(key, row.fields);
  return live;
}

/** When every device has sent and fetched all there is. */
export async function checkQuiet(world: World): Promise<void> {
  const { server, slots, model } = world;
  const snapshot = await world.snapshot();
  const all = new Map([...snapshot].filter(([, row]) => !row.deleted));

  const rows = new Map([...fieldsOf(all)].filter(([key]) => !key.startsWith('field_conflict:')));
  const wrong = difference(rows, liveRows(model), ['the server', 'what was accepted']);
  hold(wrong === undefined, `I1: ${wrong ?? ''}`);
  for (const [key, row] of model.rows) {
    if (row.fields === null) hold(!all.has(key), `I9: ${key} was deleted and is alive`);
  }

  const { rows: heads } = await server.db.execute<{ scope: string; head: number; digest: string }>(
    sql`SELECT scope, head, digest FROM scope_heads`,
  );
  const theirs = digestsOf(all);
  for (const { scope, digest } of heads) {
    const own = theirs.get(scope) ?? EMPTY_DIGEST;
    hold(digest === own, `I5: the server's digest of ${scope} is ${digest}, its rows say ${own}`);
  }

  for (const slot of slots) {
    const view = viewOf(slot.life.core.db);
    const granted = currentScopes(await world.grantsOf(slot.deviceId));
    const waiting = view.outbox.filter(({ state }) => state === 'pending');
    hold(waiting.length === 0, `I15: ${waiting.length} mutations of device ${slot.index} have no answer`);
    for (const [key, { scope }] of view.base) {
      hold(granted.includes(scope), `I17: device ${slot.index} still has ${key} of ${scope}`);
    }
    const differs = difference(fieldsOf(view.shown), liveOf(snapshot, granted), [`device ${slot.index}`, 'the server']);
    hold(differs === undefined, `I5: ${differs ?? ''}`);
    const own = digestsOf(view.base);
    for (const scope of granted) {
      const digest = own.get(scope) ?? EMPTY_DIGEST;
      hold(
        digest === (theirs.get(scope) ?? EMPTY_DIGEST),
        `I5: the rows of ${scope} on device ${slot.index} are others`,
      );
      const kept = view.cursors.get(scope)?.digest;
      hold(
        kept === digest,
        `I5: device ${slot.index} keeps ${kept ?? ''} as the digest of ${scope}, its rows say ${digest}`,
      );
    }
  }

  for (const { index, deviceId, life } of slots) {
    const { outbox, former, state } = viewOf(life.core.db);
    const answered = [...outbox.map(({ mid, h }) => ({ mid, h, incarnation: state?.incarnation ?? 1 })), ...former];
    for (const { mid, h, incarnation } of answered) {
      hold(
        hashOf(model, { deviceId, incarnation }, mid) === h,
        `I16: device ${index} keeps ${incarnation}/${mid} as answered, and the server has none or another`,
      );
    }
  }
  for (const key of world.facts.keys())
    hold(all.has(key) || (await isAnomaly(world, key)), `I12: ${key} was taken and is lost`);
  await checkHistory(world, all);
}

/** A fact that could not be recorded as it was is told to a person, with its body. */
async function isAnomaly(world: World, key: RefKey): Promise<boolean> {
  const id = `%${key.slice(key.indexOf(':') + 1)}%`;
  const { rows } = await world.server.db.execute(sql`SELECT 1 FROM anomalies WHERE details::text LIKE ${id} LIMIT 1`);
  return rows.length > 0;
}

/** Every edit that did not win is in the history of its row, as long as the row lives. */
async function checkHistory(world: World, live: ReadonlyMap<RefKey, unknown>): Promise<void> {
  const { edits } = world.model;
  if (edits.length === 0) return;
  const { rows } = await world.server.db.execute<{ name: string; value: unknown }>(sql`
    SELECT type || ':' || entity_id || ' ' || field || ' ' || device_id || '/' || incarnation || '/' || mid AS name, value
    FROM field_history`);
  const history = new Map(rows.map(({ name, value }) => [name, value]));
  for (const key of new Set(edits.map((edit) => edit.key))) {
    if (!live.has(key)) continue;
    const winners = winnersOf(world.model, key);
    for (const edit of edits) {
      const winner = winners.get(edit.field);
      const isWinner =
        winner?.deviceId === edit.deviceId && winner.incarnation === edit.incarnation && winner.mid === edit.mid;
      if (edit.key !== key || isWinner) continue;
      const name = `${key} ${edit.field} ${edit.deviceId}/${edit.incarnation}/${edit.mid}`;
      hold(
        history.has(name),
        `I10: the value ${canonicalJson(edit.value)} is neither in the row nor in the history: ${name}`,
      );
      hold(
        canonicalJson(history.get(name) ?? null) === canonicalJson(edit.value ?? null),
        `I10: the history of ${name} has another value`,
      );
    }
  }
}
