/** `prilavok fiscal …` */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isDefinedError, ORPCError } from '@orpc/client';
import type { DeviceClient } from '#shared/rpc/contract.ts';
import { withDevice } from './device.ts';
import { Refused, Usage } from './faults.ts';
import { reportText, statusText, tasksText, taskText } from './fiscal.text.ts';
import { asMember, type Person } from './person.ts';
import type { Terminal } from './terminal.ts';

export const FISCAL_USAGE = `Usage: prilavok fiscal <command> [options]

  status                          the registers: state, shift, fiscal memory, what waits
  x-report                        prints the X report and shows it with its reconciliation
  open-shift                      opens the shift
  close-shift                     closes the shift with a Z report; the drawer is not counted
  tasks [--open] [--limit N]      the queue of receipts, newest first; --open: those that are not done
  settle TASK printed FD          says that the receipt of unknown outcome is document FD of the register
  settle TASK not-printed         says that nothing was printed; the register's own word still counts for more

  --data-dir FOLDER      data of the device; default .data/device
  --register ID          which register, when the device drives several
  --member NAME          who acts; needed when nobody is signed in at the device
  --supervisor NAME      who allows \`settle\`; needed unless a supervisor acts
  --json                 answers as JSON

PINs are asked for, or taken from STAFF_PIN and SUPERVISOR_PIN.
A device that does not run is started for the command and stopped after it; settings that it needs for that
(--fiscal-library-path, --fiscal-kkt-ip, …) are read from config/service.json and the environment.
`;

const COMMANDS = ['status', 'x-report', 'open-shift', 'close-shift', 'tasks', 'settle'] as const;
type Command = (typeof COMMANDS)[number];

/** How long a task of the register is waited for. */
const TASK_MS = 60_000;
const POLL_MS = 200;

export async function fiscal(
  terminal: Terminal,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const { command, words, options } = read(argv);
  const dataDir = resolve(options['data-dir'] ?? '.data/device');
  const registerId = options.register;
  const ref = registerId === undefined ? {} : { registerId };
  const person: Person = {
    terminal,
    member: options.member,
    pin: env['STAFF_PIN'],
    supervisor: options.supervisor,
    supervisorPin: env['SUPERVISOR_PIN'],
  };
  const show = <T>(value: T, text: (value: T) => string): void =>
    terminal.print(options.json === true ? JSON.stringify(value, null, 2) : text(value));

  const run = async ({ rpc }: { readonly rpc: DeviceClient }): Promise<void> => {
    switch (command) {
      case 'status':
        return show({ registers: await rpc.fiscal.registers(), sync: (await rpc.device.info()).sync }, statusText);
      case 'tasks':
        return show(
          await rpc.fiscal.tasks({ limit: limitOf(options.limit), show: options.open === true ? 'open' : 'all' }),
          tasksText,
        );
      case 'x-report':
        return show(await asMember(rpc, person, () => rpc.shift.xReport(ref)), reportText);
      case 'open-shift':
      case 'close-shift': {
        const task = await asMember(rpc, person, () =>
          command === 'open-shift' ? rpc.shift.open(ref) : rpc.shift.close(ref),
        );
        return show(await waitFor(rpc, task.id), taskText);
      }
      case 'settle': {
        const verdict = verdictOf(words);
        const settled = await asMember(rpc, person, (allow) =>
          allow('settle', verdict.id, (approvalId) =>
            rpc.fiscal.settle({ ...verdict, ...(approvalId === undefined ? {} : { approvalId }) }),
          ),
        );
        return show(settled, taskText);
      }
    }
  };
  await withDevice({ dataDir, flags: ['--mode', 'cashier'] }, (device) => run(device).catch(refuse));
}

function read(argv: readonly string[]) {
  try {
    const { values: options, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        'data-dir': { type: 'string' },
        register: { type: 'string' },
        member: { type: 'string' },
        supervisor: { type: 'string' },
        limit: { type: 'string' },
        open: { type: 'boolean' },
        json: { type: 'boolean' },
      },
    });
    const [command, ...words] = positionals;
    if (!isCommand(command)) throw new Error(`there is no command "${command ?? ''}": ${COMMANDS.join(', ')}`);
    if (command !== 'settle' && words.length > 0) throw new Error(`"${words[0]}" is one word too many`);
    return { command, words, options };
  } catch (error) {
    throw new Usage(error instanceof Error ? error.message : String(error), FISCAL_USAGE);
  }
}

const isCommand = (word: string | undefined): word is Command => COMMANDS.some((command) => command === word);

function limitOf(text: string | undefined): number {
  const limit = Number(text ?? 50);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 200) return limit;
  throw new Usage(`--limit is "${text}", allowed: a whole number from 1 to 200`, FISCAL_USAGE);
}

function verdictOf([id, verdict, number]: readonly string[]) {
  if (id === undefined) throw new Usage('settle needs the id of a task', FISCAL_USAGE);
  if (verdict === 'not-printed' && number === undefined) return { id, verdict: 'not_printed' } as const;
  const fiscalDocumentNumber = Number(number);
  if (verdict === 'printed' && Number.isInteger(fiscalDocumentNumber) && fiscalDocumentNumber > 0) {
    return { id, verdict: 'printed', fiscalDocumentNumber } as const;
  }
  throw new Usage(`after the task comes "printed" with the number of a document (FD), or "not-printed"`, FISCAL_USAGE);
}

async function waitFor(rpc: DeviceClient, id: string) {
  const until = Date.now() + TASK_MS;
  for (;;) {
    const task = await rpc.fiscal.task({ id });
    if (task.state === 'reported') return task;
    if (task.state === 'failed' || task.state === 'unknown') {
      throw new Refused(`${taskText(task)}`);
    }
    if (Date.now() > until)
      throw new Refused(`the register has not done it in ${TASK_MS / 1000} s; it goes on by itself\n${taskText(task)}`);
    await new Promise((wake) => setTimeout(wake, POLL_MS));
  }
}

/** What the device refused, in its own words and its code. */
function refuse(error: unknown): never {
  if (error instanceof ORPCError) {
    const issues = isDefinedError(error)
      ? (error.data as { readonly issues?: readonly { path: string; message: string }[] }).issues
      : undefined;
    const fields = (issues ?? []).map(({ path, message }) => `\n  ${path} ${message}`).join('');
    throw new Refused(`${error.code}${fields}`, { cause: error });
  }
  throw error;
}
