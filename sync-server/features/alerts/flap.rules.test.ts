import { expect, test } from 'vitest';
import { decide, groupSilent, type Watch } from './flap.rules.ts';

const RULE = { raiseAfterMs: 10, clearAfterMs: 5 };

/** Looks at each moment; answers when something was said. */
function run(states: readonly (readonly [at: number, isBad: boolean])[]): [number, string][] {
  const said: [number, string][] = [];
  let watch: Watch | undefined;
  for (const [at, isBad] of states) {
    const decision = decide(watch, isBad, at, RULE);
    ({ watch } = { watch: undefined, ...decision });
    if (decision.act) said.push([at, decision.act]);
  }
  return said;
}
const every = (from: number, to: number, isBad: (at: number) => boolean) =>
  Array.from({ length: to - from }, (_, n) => [from + n, isBad(from + n)] as const);

test('a short trouble is not told of, a long one once, and its end once', () => {
  expect(run(every(0, 40, (at) => at < 8))).toEqual([]);
  expect(run(every(0, 60, (at) => at < 30))).toEqual([
    [10, 'raise'],
    [35, 'clear'],
  ]);
});

test('what flickers is one alert, however often it comes back', () => {
  expect(run(every(0, 300, (at) => at % 4 < 2))).toEqual([[12, 'raise']]);
  expect(run([...every(0, 200, (at) => at % 4 < 2), ...every(200, 220, () => false)])).toEqual([
    [12, 'raise'],
    [203, 'clear'],
  ]);
});

test('two silent kiosks are two, three of a shop are the shop', () => {
  const silent = (n: number, shopId: string) =>
    ({ deviceId: `d${n}`, name: `Киоск ${n}`, shopId, shopName: `Точка ${shopId}`, lastSeenAt: 0 }) as const;
  const kinds = groupSilent([silent(1, 'a'), silent(2, 'a'), silent(3, 'b'), silent(4, 'b'), silent(5, 'b')]);
  expect(kinds.map(({ kind, subject }) => [kind, subject.id])).toEqual([
    ['device.silent', 'd1'],
    ['device.silent', 'd2'],
    ['device.shop_silent', 'b'],
  ]);
});
