/**
 * The device as the owner's fiscal agent: takes tasks that the server queued for its register and answers how they
 * ended. What was promised to the server is read from the tasks themselves, so nothing is forgotten over a restart, and
 * a task handed out twice is answered from the journal, never printed twice.
 */

import type { Core, Loop } from '#main/core.ts';
import { createLoop } from '#main/loop.ts';
import { fromWire, type WireFiscalStatus, WireFiscalTask } from '#shared/fiscal/fiscal.wire.ts';
import type { RegisterReport } from '#shared/fiscal/register-report.schema.ts';
import type { MyRegister } from '#shared/hq/fiscal.api.ts';
import { unreachable } from '#shared/kernel/errors.ts';
import { type FiscalTaskRow, findTask, listToTell, markTold } from './fiscal.repo.ts';
import type { FiscalService } from './fiscal.service.ts';

/**
 * The calls of the contract, and ours: what the server's registry says of the token's register, and what that says of itself. `next` answers nothing
 * when the queue is empty. Failures throw; they are retried.
 */
export interface FiscalAgentHttp {
  mine(): Promise<MyRegister>;
  describe(report: RegisterReport): Promise<void>;
  next(fiscalDeviceId: string, waitSeconds: number): Promise<unknown>;
  status(taskId: string, body: WireFiscalStatus): Promise<void>;
}

export interface FiscalAgentOptions {
  readonly core: Pick<Core, 'db' | 'log' | 'now'>;
  readonly http: FiscalAgentHttp;
  readonly fiscal: Pick<FiscalService, 'accept'>;
  readonly registerId: string;
  readonly report: () => Promise<RegisterReport | undefined>;
  /** What the registry says of the register. */
  readonly onRegistry: (mine: MyRegister) => void;
  /** Rhythm of asking when nothing hints at a task: the contract's 3-5 seconds. */
  readonly intervalMs: number;
  /** How long the server may hold an empty answer, seconds. */
  readonly waitSeconds: number;
}

export interface FiscalAgent {
  readonly take: Loop;
  readonly tell: Loop;
  readonly describe: Loop;
}

/** The registry is read again this often: headquarters seldom moves a register. */
const REGISTRY_MS = 10 * 60_000;
/** How often the state is looked at for news, and told though there are none. */
const DESCRIBE_MS = 60_000;
const DESCRIBE_AGAIN_MS = 15 * 60_000;

export function createFiscalAgent(options: FiscalAgentOptions): FiscalAgent {
  const { core, http, fiscal, registerId, onRegistry, intervalMs, waitSeconds } = options;
  const { db, log, now } = core;
  let registryReadAt = Number.NEGATIVE_INFINITY;

  const readRegistry = async (): Promise<void> => {
    if (now() - registryReadAt < REGISTRY_MS) return;
    onRegistry(await http.mine());
    registryReadAt = now();
  };

  const tell = createLoop({
    name: `fiscal-agent-tell ${registerId}`,
    intervalMs,
    log,
    run: async () => {
      for (const row of listToTell(db, registerId)) {
        const due = dueStatus(row);
        if (due === row.serverStatus) continue;
        // The contract's order: whoever watches the task sees it begin before it ends, however fast the register was.
        if (row.serverStatus === null && due !== 'in_progress')
          await http.status(row.id, { taskId: row.id, status: 'in_progress' });
        await http.status(row.id, toWireStatus(row, due));
        db.transaction((tx) => markTold(tx, row.id, due), { behavior: 'immediate' });
      }
    },
  });

  const take = createLoop({
    name: `fiscal-agent-take ${registerId}`,
    intervalMs,
    log,
    run: async () => {
      // What the registry says is a convenience: tasks come also from a server that cannot say it.
      await readRegistry().catch((error: unknown) => log.debug('the registry of registers was not read', { error }));
      for (
        let body = await http.next(registerId, waitSeconds);
        body !== undefined;
        body = await http.next(registerId, 0)
      ) {
        const parsed = WireFiscalTask.safeParse(body);
        if (!parsed.success) {
          log.error('the server handed out a task that is not one', {
            issues: parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
          });
          return;
        }
        const task = fromWire(parsed.data);
        if (findTask(db, task.id) === undefined)
          log.info('a fiscal task came from the server', {
            event: 'FISCAL_TASK_LEASED',
            taskId: task.id,
            type: task.type,
          });
        fiscal.accept(task);
        // Until the server has heard of it, asking again would only bring the same task.
        await tell.tick();
      }
    },
  });

  let described = { news: '', at: Number.NEGATIVE_INFINITY };
  const describe = createLoop({
    name: `fiscal-agent-describe ${registerId}`,
    intervalMs: DESCRIBE_MS,
    log,
    run: async () => {
      const report = await options.report();
      if (report === undefined) return;
      const news = JSON.stringify({ ...report, ageMs: 0, shift: { ...report.shift, leftMs: 0 } });
      if (news === described.news && now() - described.at < DESCRIBE_AGAIN_MS) return;
      // A server that knows only the contract of agents has no place for it.
      try {
        await http.describe(report);
        described = { news, at: now() };
      } catch (error) {
        log.debug('the register was not described', { error });
      }
    },
  });

  return { take, tell, describe };
}

type ServerStatus = NonNullable<FiscalTaskRow['serverStatus']>;

/** What the server should have heard by now. */
function dueStatus(row: FiscalTaskRow): ServerStatus {
  switch (row.state) {
    case 'queued':
    case 'claimed':
    case 'baseline':
    case 'sending':
    case 'not_closed':
      return 'in_progress';
    case 'unknown':
      return 'uncertain';
    case 'closed':
    case 'printed':
    case 'reported':
      return 'done';
    case 'failed':
      return 'error';
    default:
      return unreachable(row.state);
  }
}

function toWireStatus(row: FiscalTaskRow, status: ServerStatus): WireFiscalStatus {
  const { document, error } = row;
  return {
    taskId: row.id,
    status: status === 'uncertain' ? 'in_progress' : status,
    ...(status === 'uncertain' ? { uncertain: true } : {}),
    ...(status === 'error' && error !== null ? { error: error.text, retryable: error.retryable } : {}),
    ...(status === 'done' && document !== null
      ? {
          fiscal: {
            fnCode: document.fnNumber,
            receiptId: String(document.receiptNumber ?? document.fiscalDocumentNumber),
            shiftAutoOpened: document.shiftAutoOpened,
            fiscalDocumentNumber: document.fiscalDocumentNumber,
            fiscalSign: document.fiscalSign,
            registrationNumber: document.registrationNumber,
            fiscalAt: document.fiscalAt,
          },
        }
      : {}),
  };
}
