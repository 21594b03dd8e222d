/** `prilavok retention` */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { RetentionReport } from '#shared/rpc/upkeep.contract.ts';
import { withDevice } from './device.ts';
import { Usage } from './faults.ts';
import { type Terminal, table } from './terminal.ts';

export const RETENTION_USAGE = `Usage: prilavok retention [options]

Lets go what a device has kept long enough, as it does by itself every ten minutes. How long is that: docs/configuration.md,
the settings "retention".

  --dry-run              lets nothing go; says what would
  --data-dir FOLDER      data of the device; default .data/device
  --json                 answers as JSON
`;

const KINDS: readonly (keyof RetentionReport)[] = ['guests', 'letters', 'payments', 'audit', 'reports'];

export async function retention(terminal: Terminal, argv: readonly string[]): Promise<void> {
  const { dataDir, dryRun, json } = read(argv);
  const report = await withDevice({ dataDir, flags: ['--mode', 'kiosk'] }, ({ rpc }) =>
    rpc.upkeep.retention({ dryRun }),
  );
  terminal.print(json ? JSON.stringify(report, null, 2) : reportText(report, dryRun));
}

const reportText = (report: RetentionReport, dryRun: boolean): string =>
  table(
    ['kind', dryRun ? 'would go' : 'gone', 'held', 'oldest (UTC)'],
    KINDS.map((kind) => {
      const { due, held, oldestAt } = report[kind];
      return [
        kind,
        String(due),
        String(held),
        oldestAt === undefined ? '' : new Date(oldestAt).toISOString().slice(0, 19),
      ];
    }),
  );

function read(argv: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        'data-dir': { type: 'string', default: '.data/device' },
        'dry-run': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
    return { dataDir: resolve(values['data-dir']), dryRun: values['dry-run'], json: values.json };
  } catch (error) {
    throw new Usage(error instanceof Error ? error.message : String(error), RETENTION_USAGE);
  }
}
