/**
 * Everything that must hold, in the order of what fails fastest: format, lint, types, dependency rules, unit and
 * integration tests, then a real browser. `npm test -- --only unit` runs one step.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './processes.ts';

interface Step {
  readonly name: string;
  /** Steps of one group run side by side. */
  readonly group: number;
  readonly command: readonly string[];
}

const REPORTS = join(ROOT, 'test-results/reports');

const STEPS: readonly Step[] = [
  { name: 'format', group: 1, command: ['biome', 'ci', '--colors=off', '.'] },
  { name: 'lint', group: 1, command: ['oxlint', '--type-aware', '--max-warnings=0', '.'] },
  { name: 'types (node)', group: 2, command: ['tsc', '-p', 'tsconfig.node.json'] },
  { name: 'types (web)', group: 2, command: ['tsc', '-p', 'tsconfig.web.json'] },
  {
    name: 'dependencies',
    group: 3,
    command: [
      'depcruise',
      '--config',
      '.dependency-cruiser.cjs',
      'src',
      'sync-server',
      'emulators',
      'cli',
      'scripts',
      'test',
      'bench',
    ],
  },
  { name: 'dead code', group: 3, command: ['knip', '--no-progress'] },
  { name: 'emulator', group: 4, command: ['node', 'scripts/build-emulator.mjs'] },
  { name: 'renderer', group: 4, command: ['vite', 'build', '--logLevel', 'warn'] },
  {
    name: 'unit',
    group: 5,
    command: ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${REPORTS}/unit.json`],
  },
  { name: 'browser', group: 6, command: ['playwright', 'test'] },
];

interface Result {
  readonly step: Step;
  readonly code: number;
  readonly ms: number;
  readonly output: string;
}

export async function main(argv: readonly string[]): Promise<void> {
  const [flag, only] = argv;
  if (flag !== undefined && (flag !== '--only' || !STEPS.some(({ name }) => name === only))) {
    console.error(
      `test: "${argv.join(' ')}" is not understood; allowed: --only ${STEPS.map(({ name }) => `"${name}"`).join(' | ')}`,
    );
    process.exit(2);
  }
  rmSync(REPORTS, { recursive: true, force: true });
  mkdirSync(REPORTS, { recursive: true });
  const steps = STEPS.filter(({ name }) => only === undefined || name === only);
  const failed: string[] = [];
  for (const group of new Set(steps.map((step) => step.group))) {
    const results = await Promise.all(steps.filter((step) => step.group === group).map(run));
    for (const result of results) {
      report(result);
      if (result.code !== 0) failed.push(result.step.name);
    }
    // Nothing runs without the driver and the pages.
    if (failed.includes('emulator') || failed.includes('renderer')) break;
  }
  const totals = countTests();
  if (failed.length > 0) console.log(`\nfailed: ${failed.join(', ')}`);
  console.log(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
  process.exit(failed.length > 0 ? 1 : 0);
}

function run(step: Step): Promise<Result> {
  const started = Date.now();
  const [command = '', ...args] = step.command;
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, shell: process.platform === 'win32', env: process.env });
    let output = '';
    // The long steps show their progress; the short ones speak only when something is wrong.
    const live = step.group >= 5;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        if (live) process.stdout.write(chunk);
        else output += chunk.toString();
      });
    }
    child.on('error', (error) => {
      output += String(error);
    });
    child.on('close', (code) => resolve({ step, code: code ?? 1, ms: Date.now() - started, output }));
  });
}

function report({ step, code, ms, output }: Result): void {
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${step.name} (${(ms / 1000).toFixed(1)} s)`);
  if (code !== 0) console.log(output);
}

interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Sums of the two runners' own reports. */
function countTests(): Totals {
  const unit = readReport('unit.json') as
    | { numPassedTests?: number; numFailedTests?: number; numPendingTests?: number }
    | undefined;
  const browser = readReport('browser.json') as
    | { stats?: { expected: number; unexpected: number; skipped: number; flaky: number } }
    | undefined;
  return {
    passed: (unit?.numPassedTests ?? 0) + (browser?.stats?.expected ?? 0) + (browser?.stats?.flaky ?? 0),
    failed: (unit?.numFailedTests ?? 0) + (browser?.stats?.unexpected ?? 0),
    skipped: (unit?.numPendingTests ?? 0) + (browser?.stats?.skipped ?? 0),
  };
}

function readReport(name: string): unknown {
  try {
    return JSON.parse(readFileSync(join(REPORTS, name), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
