/** The demonstration organisation in a server's database, seeded before the server starts, and who may do what in it. */
import { randomFillSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { createFilesStore } from '#server/blobs/files.store.ts';
import { readConfig } from '#server/config.ts';
import { openDb } from '#server/db/db.ts';
import { type DemoSecrets, seedDemo } from '#server/demo.ts';
import { fiscalDevices } from '#server/features/fiscal/fiscal.tables.ts';
import type { KktAddress } from '#shared/fiscal/fiscal.schema.ts';
import { createIds } from '#shared/kernel/ids.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import { ROOT } from './processes.ts';

export type { DemoSecrets };

/**
 * Opens the server's database, seeds it, writes down where its registers listen this time, closes it. `known` is what an
 * earlier call answered; no secret of it changes.
 */
export async function prepareDemo(
  dataDir: string,
  known: DemoSecrets | undefined,
  addresses: Readonly<Record<'cashier' | 'kiosk', KktAddress>>,
  { withHistory = false } = {},
): Promise<DemoSecrets> {
  const opened = await openDb({
    databaseUrl: process.env['DATABASE_URL'],
    dataDir,
    migrationsDir: join(ROOT, 'drizzle/server'),
  });
  const random = (target: Uint8Array<ArrayBuffer>): void => void randomFillSync(target);
  try {
    const demo = await seedDemo(
      {
        db: opened.db,
        env: 'DEV',
        now: Date.now,
        newId: createIds(Date.now, random),
        random,
        ...(withHistory ? { photos: readPhotos(dataDir), passportKey: passportKey() } : {}),
      },
      known,
    );
    for (const mode of ['cashier', 'kiosk'] as const) {
      const { ip: kktIp, port: kktPort } = addresses[mode];
      const { fiscalDeviceId } = registerOf(demo, mode);
      await opened.db.update(fiscalDevices).set({ kktIp, kktPort }).where(eq(fiscalDevices.id, fiscalDeviceId));
    }
    return demo;
  } finally {
    await opened.close();
  }
}

/** What the demonstration's server seals passports with: one of its own, or else that of development. */
export const passportKey = (): string => readConfig({ file: {}, env: process.env, argv: [] }).PASSPORT_KEY;

/** The drawn cars, and where the server will look for them. */
function readPhotos(dataDir: string) {
  const folder = join(ROOT, 'scripts/demo-photos');
  return {
    store: createFilesStore(join(dataDir, 'blobs')),
    pictures: readdirSync(folder)
      .toSorted()
      .map((name) => readFileSync(join(folder, name))),
  };
}

const pick = <T>(what: string, found: T | undefined): T => {
  if (found === undefined) throw new Error(`the demonstration has no ${what}`);
  return found;
};

/** The login of the page of headquarters by role. */
export const loginOf = (demo: DemoSecrets, role: string) => {
  const { email, name } = pick(
    role,
    demo.users.find((user) => user.role === role),
  );
  return { email, name, password: demo.password };
};
/** The PIN of a member of staff by role. */
export const staffOf = (demo: DemoSecrets, role: string) =>
  pick(
    role,
    demo.staff.find((member) => member.role === role),
  );
export const deviceOf = (demo: DemoSecrets, mode: Mode) =>
  pick(
    mode,
    demo.devices.find((device) => device.mode === mode),
  );
/** The register that the device of this mode drives. */
export const registerOf = (demo: DemoSecrets, mode: 'kiosk' | 'cashier') => {
  const { fiscalDeviceId } = deviceOf(demo, mode);
  return pick(
    `register of the ${mode}`,
    demo.registers.find((register) => register.fiscalDeviceId === fiscalDeviceId),
  );
};
