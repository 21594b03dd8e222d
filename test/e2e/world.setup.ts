/** One shop for all browser tests: server, registers and devices as processes of their own, over a fresh folder. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/processes.ts';
import { FREE_PORTS, writePrivate } from '../../scripts/world.ts';
import { startTestWorld } from '../doubles/test-world.ts';
import { startMailbox } from './mailbox.ts';
import { describeWorld, WORLD_FILE } from './world.ts';

export default async function setup(): Promise<() => Promise<void>> {
  const dataDir = join(ROOT, 'test-results/world');
  rmSync(dataDir, { recursive: true, force: true });
  const mail = await startMailbox(join(ROOT, 'test-results/mail'));
  const world = await startTestWorld({
    dataDir,
    ports: FREE_PORTS,
    payments: 'yookassa',
    serverEnv: { EMAIL_PROVIDER: 'smtp', SMTP_HOST: '127.0.0.1', SMTP_PORT: String(mail.port) },
  });
  // Payers come by themselves, unless a spec says otherwise.
  await fetch(`${world.bank().ready.url}/behaviour`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ payAfterMs: 2500 }),
  });
  writePrivate(WORLD_FILE, describeWorld(world));
  return async () => {
    await world.stop();
    await mail.close();
  };
}
