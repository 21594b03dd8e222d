/**
 * The `prilavok` command: what a support engineer does at a device without its screen.
 * Exit codes: 0 done, 1 refused or failed, 2 the command itself is wrong.
 */
import { AUDIT_USAGE, audit } from './audit.ts';
import { BACKUP_USAGE, backup } from './backup.ts';
import { CONTRACT_USAGE, contract } from './contract.ts';
import { EXCHANGE_USAGE, exchange } from './exchange.ts';
import { EXCHANGE_COMMANDS } from './exchange.words.ts';
import { Refused, Usage } from './faults.ts';
import { FISCAL_USAGE, fiscal } from './fiscal.ts';
import { MANAGER_USAGE, manager } from './manager.ts';
import { RETENTION_USAGE, retention } from './retention.ts';
import type { Terminal } from './terminal.ts';
import { createTerminal } from './terminal.ts';

const USAGE = `Usage: prilavok <group> [command] [options]

Groups:
  fiscal       the cash registers of a device: state, shift, reports, the queue of receipts
  backup       a checked copy of a device's data, while it works
  audit        proves that nobody changed what a server wrote of who did what
  contract     proves a PDF of a contract against what was kept of its signature
  manager      managers of a server: the first one, files of the client application's users, a database taken over
  retention    what a device has kept long enough: lets it go, or says what would

The currency desk of a terminal, as \`prilavok status\`:
  status       its settings, and whether somebody is signed in
  login        signs in at the server; logout ends it
  dashboard    the portfolio: what it is worth, what was gained
  sell         overview, preview, execute
  transactions the last sales
  poll         carries out commands of a phone

prilavok <group> --help tells more.
`;

type Group = (
  terminal: Terminal,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
) => Promise<void>;
const desk = Object.fromEntries(
  EXCHANGE_COMMANDS.map((name) => [
    name,
    {
      run: ((terminal, argv, env) => exchange(terminal, [name, ...argv], env)) satisfies Group,
      usage: EXCHANGE_USAGE,
      ...(name === 'sell' ? {} : { bare: true as const }),
    },
  ]),
);
/** `bare`: says what it does without another word. */
const GROUPS: Readonly<Record<string, { readonly run: Group; readonly usage: string; readonly bare?: true }>> = {
  fiscal: { run: fiscal, usage: FISCAL_USAGE },
  backup: { run: backup, usage: BACKUP_USAGE, bare: true },
  audit: { run: audit, usage: AUDIT_USAGE },
  contract: { run: contract, usage: CONTRACT_USAGE },
  manager: { run: manager, usage: MANAGER_USAGE },
  retention: { run: retention, usage: RETENTION_USAGE, bare: true },
  ...desk,
};

export async function main(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  terminal: Terminal = createTerminal(),
): Promise<void> {
  const [name = '--help', ...rest] = argv;
  if (name === '--help' || name === 'help') return terminal.print(USAGE);
  const group = Object.hasOwn(GROUPS, name) ? GROUPS[name] : undefined;
  try {
    if (group === undefined) throw new Usage(`there is no group "${name}": ${Object.keys(GROUPS).join(', ')}`, USAGE);
    if ((rest.length === 0 && group.bare !== true) || rest.includes('--help')) return terminal.print(group.usage);
    await group.run(terminal, rest, env);
  } catch (error) {
    if (!(error instanceof Usage || error instanceof Refused)) throw error;
    terminal.complain(error.message);
    if (error instanceof Usage) terminal.complain(`\n${error.usage}`);
    process.exitCode = error instanceof Usage ? 2 : 1;
  }
}
