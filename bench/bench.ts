/** `npm run bench [-- --only blobs|catalogue|catalogue-import|clients|executor|fiscal-queue|kiosk|heartbeat|partner|partner-live|register-hang|report|cold-start|exchange|sync]`: every measurement, one table each. */
import { buildPages } from '../scripts/pages.mjs';
import { run as blobs } from './blobs/blobs-bench.ts';
import { run as catalogueImport } from './catalogue-import.ts';
import { run as cataloguePage } from './catalogue-page.ts';
import { run as clients } from './clients.ts';
import { run as coldStart } from './cold-start.ts';
import { run as exchangeDesk } from './exchange-desk.ts';
import { run as executor } from './executor.ts';
import { run as fiscalQueue } from './fiscal-queue.ts';
import { run as heartbeat } from './heartbeat.ts';
import { run as kiosk } from './kiosk/kiosk-bench.ts';
import { run as partner } from './partner.ts';
import { run as partnerLive } from './partner-live.ts';
import { run as registerHang } from './register-hang.ts';
import { run as report } from './report.ts';
import { run as sync } from './sync/sync-bench.ts';
import { type Table, toMarkdown } from './table.ts';

const BENCHES: Readonly<Record<string, () => Promise<Table | readonly Table[]>>> = {
  blobs,
  catalogue: cataloguePage,
  'catalogue-import': catalogueImport,
  clients,
  'cold-start': coldStart,
  exchange: exchangeDesk,
  executor,
  'fiscal-queue': fiscalQueue,
  kiosk,
  heartbeat,
  partner,
  'partner-live': partnerLive,
  'register-hang': registerHang,
  report,
  sync,
};

export async function main(argv: readonly string[]): Promise<void> {
  const [flag, only] = argv;
  if (flag !== undefined && (flag !== '--only' || only === undefined || !Object.hasOwn(BENCHES, only))) {
    console.error(`bench: "${argv.join(' ')}" is not understood; allowed: --only ${Object.keys(BENCHES).join(' | ')}`);
    process.exit(2);
  }
  // Those that open a page measure the code that is there, not the code of some earlier day.
  buildPages();
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (only !== undefined && only !== name) continue;
    for (const table of [await bench()].flat()) console.log(toMarkdown(table));
  }
}
