// Starts a TypeScript entry: `node scripts/run.mjs <entry.ts> [arguments]`. The entry exports `main(argv, env)`.
// Node runs our TypeScript as it is, from version 24 on; an older one gets one clear line instead of a crash.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import v8 from 'node:v8';

const WANTED = 24;
if (Number.parseInt(process.versions.node, 10) < WANTED) {
  console.error(
    `Prilavok needs Node ${WANTED} or newer, this is ${process.versions.node}. Start it by "npm start" or "npm run …": npm ci has installed the right one.`,
  );
  process.exit(2);
}
const [entry, ...args] = process.argv.slice(2);
if (entry === undefined || !existsSync(entry)) {
  console.error(`run: the entry is "${entry ?? ''}"; it must be a TypeScript file that exports main(argv, env)`);
  process.exit(2);
}
// V8 lets its nursery grow to 96 MiB before it looks for garbage in it: two thirds of what a till or the server would take.
// Let grow once, to twice what it begins with, and no further: a till that pulls takes an eighth less of the processor than
// without that, and no more memory. V8 can only be told so at its own start, or by filling it.
v8.setFlagsFromString('--semi-space-growth-factor=2');
for (let turn = 0; turn < 40 && nurseryBytes() < 4 * 2 ** 20; turn += 1)
  Array.from({ length: 20_000 }, (_, n) => ({ n }));
v8.setFlagsFromString('--semi-space-growth-factor=1');
// So small a one is swept sooner by one thread than by several that first share the work out: a push takes 6 % less
// of the server's processor.
v8.setFlagsFromString('--no-parallel-scavenge');
// And the rest to several times what is alive. Half as much again is enough: a server that takes a backlog has 20 to 40 MiB
// less than with twice as much, a till that sends one 20 MiB, and neither takes more of the processor.
v8.setFlagsFromString('--heap-growing-percent=50');
// Stripped and compiled once, read from the cache at every start after it.
module.enableCompileCache();
// drizzle's package.json is 180 KB, and Node reads it anew for each of its hundreds of ES modules: half a second and 40 MiB
// of a start. Its CommonJS half is the same code, found without that.
module.registerHooks({
  resolve: (specifier, context, next) =>
    /^drizzle-orm(\/|$)/.test(specifier)
      ? next(specifier, { ...context, conditions: ['require', 'node'] })
      : next(specifier, context),
});
const { main } = await import(pathToFileURL(resolve(entry)).href);
await main(args, process.env);
// Written now and not at the end: a till is ended by its plug, and would compile everything again at each start.
module.flushCompileCache();

/** Both halves. */
function nurseryBytes() {
  return v8.getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? Infinity;
}
