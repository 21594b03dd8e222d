/** The boards ask for what the processes tell: every name and every label of theirs is one that a kiosk or the server has. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastify from 'fastify';
import type { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '#server/testing/test-app.ts';
import { ROOT } from '../../scripts/processes.ts';
import { openTestKiosk, type TestKiosk } from './test-kiosk.ts';

const FOLDER = join(ROOT, 'docs/monitoring');
const BOARDS = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

interface Target {
  readonly expr: string;
  readonly legendFormat: string;
}
interface Board {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly { readonly id: number; readonly title: string; readonly targets: readonly Target[] }[];
}
const boardOf = (name: string): Board => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Board;
const targetsOf = (name: string): Target[] => boardOf(name).panels.flatMap(({ targets }) => targets);

let kiosk: TestKiosk;
let server: TestApp;

beforeAll(async () => {
  kiosk = await openTestKiosk();
  await kiosk.device.agent?.register(fastify());
  server = await createTestApp();
});
afterAll(async () => {
  await kiosk.close();
  await server.close();
});

/** What a scrape adds to every series. */
const SCRAPED = ['job', 'instance'];
const FUNCTIONS = ['sum', 'rate', 'increase', 'histogram_quantile', 'by', 'le'];

/** Names of series in a query, each with the labels that it is chosen or shown by. */
function readQuery({ expr, legendFormat }: Target): { readonly names: string[]; readonly labels: string[] } {
  const grouped = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/));
  const chosen = [...expr.matchAll(/\{([^}]*)\}/g)].flatMap(([, text = '']) =>
    [...text.matchAll(/(\w+)\s*(?:=~|!=|!~|=)/g)].map(([, label = '']) => label),
  );
  const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
  const bare = expr.replace(/\{[^}]*\}|\[[^\]]*\]|"[^"]*"|by \([^)]*\)/g, ' ');
  const names = [...bare.matchAll(/[a-z_][a-z0-9_]*/gi)]
    .map(([name]) => name)
    .filter((name) => !FUNCTIONS.includes(name));
  return { names, labels: [...grouped, ...chosen, ...shown] };
}

/** Labels of a metric; `undefined` when there is none of the name. A histogram has three series. */
function labelsOf(registry: Registry, name: string): string[] | undefined {
  for (const known of [name, name.replace(/_(bucket|sum|count)$/, '')]) {
    const metric = registry.getSingleMetric(known) as unknown as { labelNames?: string[]; type?: string } | undefined;
    if (metric === undefined || (known !== name && metric.type !== 'histogram')) continue;
    return [...(metric.labelNames ?? []), ...(name.endsWith('_bucket') ? ['le'] : [])];
  }
  return undefined;
}

const registriesOf = (expr: string): Registry[] =>
  expr.includes('job="prilavok-server"')
    ? [server.app.metrics]
    : expr.includes('job=~"prilavok-.*"')
      ? [kiosk.device.metrics, server.app.metrics]
      : [kiosk.device.metrics];

test('there are the three boards of the seed, and each board has one address', () => {
  expect(BOARDS.toSorted()).toEqual(['general.json', 'payments.json', 'performance.json']);
  expect(new Set(BOARDS.map((name) => boardOf(name).uid)).size).toBe(3);
  for (const name of BOARDS) {
    const ids = boardOf(name).panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  }
});

test.each([
  ['general.json', ['Активные сессии', 'Успешные платежи за час', 'Средняя длительность диагностики']],
  ['payments.json', ['Успешные и неудачные платежи', 'Средний чек', 'Конверсия сессий в платежи']],
  ['performance.json', ['Диагностика', 'Ошибки киосков', 'Превышения пределов']],
])('K-79 %s shows what the seed asks of it', (name, titles) => {
  expect(boardOf(name).panels.map(({ title }) => title)).toEqual(expect.arrayContaining(titles));
});

describe.each(BOARDS)('%s', (name) => {
  test.each(targetsOf(name).map((target) => [target.expr, target] as const))('%s', (expr, target) => {
    const { names, labels } = readQuery(target);
    expect(names).not.toEqual([]);
    for (const registry of registriesOf(expr)) {
      const known = names.map((series) => [series, labelsOf(registry, series)] as const);
      expect(known.filter(([, has]) => has === undefined)).toEqual([]);
      for (const label of labels) {
        if (SCRAPED.includes(label)) continue;
        expect(
          known.some(([, has]) => has?.includes(label)),
          `label ${label}`,
        ).toBe(true);
      }
    }
    expect(expr.match(/[({[]/g)?.length).toBe(expr.match(/[)}\]]/g)?.length);
  });
});

test('all 16 names of the seed are on a board', () => {
  const asked = new Set(BOARDS.flatMap(targetsOf).flatMap((target) => readQuery(target).names));
  const missing = [
    'payments_intents_total',
    'payments_confirmed_total',
    'payments_failed_total',
    'payments_duration_seconds_bucket',
    'payments_webhook_received_total',
    'sessions_created_total',
    'sessions_completed_total',
    'sessions_expired_total',
    'sessions_duration_seconds_bucket',
    'sessions_active',
    'diagnostics_scans_total',
    'diagnostics_dtc_found_total',
    'diagnostics_duration_seconds_bucket',
    'reports_generated_total',
    'reports_delivered_total',
    'reports_failed_total',
  ].filter((series) => !asked.has(series));
  expect(missing).toEqual([]);
});

test('the scrape file names the jobs that the boards ask for', () => {
  const text = readFileSync(join(FOLDER, 'prometheus.yml'), 'utf8');
  const jobs = [...text.matchAll(/job_name: (\S+)/g)].map(([, job]) => job);
  expect(jobs).toEqual(['prilavok-kiosk', 'prilavok-server']);
  expect([...text.matchAll(/metrics_path: (\S+)/g)].map(([, path]) => path)).toEqual(['/metrics', '/metrics']);
});
