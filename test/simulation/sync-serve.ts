/** The server's side of the line: every request is answered by the real server, and every answer is held against the record. */
import { currentScopes } from '#server/sync/grants.rules.ts';
import type { SyncActor } from '#server/sync/sync.port.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { PullReply, PullRequest, PushReply, PushRequest } from '#shared/sync/protocol.ts';
import type { RefKey } from '#shared/sync/refs.ts';
import { Died, type Life } from './sync-device.ts';
import { hold, Violation } from './sync-model.ts';
import { type Message, unreachable } from './sync-network.ts';
import { diedOver, record, recordStored } from './sync-record.ts';
import type { Promised, Snapshot, World } from './sync-world.ts';

const clean = (error: AppError): AppError =>
  new AppError(error.code, error.message, {
    // Over HTTP an AppError arrives with its code and details and nothing else.
    details: JSON.parse(JSON.stringify(error.details ?? {})) as Record<string, unknown>,
  });

export async function serve(world: World, message: Message): Promise<void> {
  const { slots } = world;
  const deviceId = slots[message.slot]?.deviceId ?? '';
  const answer = (give: () => void) => {
    message.reply = { give };
  };
  try {
    const who = await world.server.actorOf(deviceId);
    if (message.kind === 'rekey') {
      const reply = await world.server.rekey(deviceId);
      answer(() => message.resolve(reply));
    } else if (message.kind === 'pull') {
      const reply = await servePull(world, who, message);
      answer(() => {
        promise(
          world,
          { writer: (JSON.parse(message.body) as PullRequest).writer, durableMid: reply.durableMid },
          reply.epoch,
        );
        message.resolve(reply);
      });
    } else {
      const reply = await servePush(world, who, message);
      answer(() => {
        promise(
          world,
          { writer: (JSON.parse(message.body) as PushRequest).writer, durableMid: reply.durableMid },
          reply.epoch,
        );
        message.resolve(reply);
      });
    }
  } catch (error) {
    if (error instanceof Violation) throw error;
    if (error instanceof Died) {
      // Whether the power went as well was drawn with everything else of the run.
      await world.serverDied(world.chance.int(0, 3) === 0 ? 'power' : 'process');
      answer(() => message.reject(unreachable()));
    } else if (error instanceof AppError) {
      answer(() => message.reject(clean(error)));
    } else {
      throw error;
    }
  }
}

function promise(world: World, promised: Promised, epoch: string): void {
  if (epoch !== world.server.timeline().epoch) return;
  const key = `${promised.writer.deviceId}/${promised.writer.incarnation}`;
  if ((world.promised.get(key)?.durableMid ?? 0) < promised.durableMid) world.promised.set(key, promised);
}

async function servePush(world: World, who: SyncActor, message: Message): Promise<PushReply> {
  const [violation] = world.violations;
  if (violation !== undefined) throw violation;
  const request = PushRequest.parse(JSON.parse(message.body));
  const batch = { actor: who, request, receivedAt: world.clock.now };
  try {
    const reply = PushReply.parse(JSON.parse(JSON.stringify(await world.server.push(who, request))));
    await record(world, batch, reply.lastMid, reply.outcomes);
    return reply;
  } catch (error) {
    // Part of it may have been accepted all the same.
    if (error instanceof AppError) await recordStored(world, batch);
    if (error instanceof Died) diedOver(world, batch);
    throw error;
  }
}

async function servePull(world: World, who: SyncActor, message: Message): Promise<PullReply> {
  const request = PullRequest.parse(JSON.parse(message.body));
  const whole = PullReply.parse(JSON.parse(JSON.stringify(await world.server.pull(who, request))));
  const reply = world.isTorn ? { ...whole, rows: whole.rows.slice(1) } : whole;
  if (reply !== whole && whole.rows.length > 0) {
    world.isTorn = false;
    world.wasTorn = true;
  }
  const granted = currentScopes(await world.grantsOf(who.deviceId));
  for (const row of reply.rows) {
    hold(granted.includes(row.scope), `I17: a reply has ${row.type} ${row.id} of ${row.scope}, which is not granted`);
  }
  if (reply.complete) {
    const snapshot = await world.snapshot();
    completed.set(message.life, { reply, snapshot });
    servedTo(world, reply, snapshot);
  } else {
    completed.delete(message.life);
  }
  return reply;
}

/** The last page that each process was sent, when it was the last of its pull. */
const completed = new WeakMap<Life, { readonly reply: PullReply; readonly snapshot: Snapshot }>();
export const completedPull = (life: Life) => completed.get(life);

/** No row at or below a version that was served may appear or change later. */
function servedTo(world: World, reply: PullReply, snapshot: Snapshot): void {
  for (const [scope, ver] of Object.entries(reply.next)) {
    const before = world.served.get(scope);
    const rows = new Map<RefKey, number>();
    for (const [key, row] of snapshot) {
      if (row.scope !== scope) continue;
      rows.set(key, row.ver);
      const isNew = before?.epoch === reply.epoch && row.ver <= before.ver && before.rows.get(key) !== row.ver;
      hold(
        !isNew,
        `I4: ${key} has version ${row.ver} of ${scope}, which was served up to ${before?.ver ?? 0} without it`,
      );
    }
    if (before === undefined || before.epoch !== reply.epoch || ver >= before.ver) {
      world.served.set(scope, { epoch: reply.epoch, ver, rows });
    }
  }
}
