import { expect, test } from 'vitest';
import { redactText } from './redact.ts';

const CUT = 4000;

test.each([
  ['postgres://u:S3CRET@host/db', 'postgres://[hidden]@host/db'],
  ['fetch git+ssh://u:S3CRET@host, then https://host/x?a=1', 'fetch git+ssh://[hidden]@host, then https://host/x?a=1'],
  ['http://host:8080/a@b', 'http://host:8080/a@b'],
])('%s', (text, shown) => {
  expect(redactText(text)).toBe(shown);
});

test('a secret that the cut goes through does not show its beginning', () => {
  for (let before = CUT - 40; before <= CUT; before += 1) {
    const shown = redactText(`${' '.repeat(before)}https://user:S3CRET-VALUE@host/path`);
    expect(shown.length).toBeLessThanOrEqual(CUT);
    expect(shown).not.toContain('S3');
  }
});

test('a text of one long word takes no longer than it is long', () => {
  const from = performance.now();
  for (let n = 0; n < 100; n += 1) redactText('x'.repeat(CUT));
  // Tried from each of its letters as the first of a scheme, these took seconds.
  expect(performance.now() - from).toBeLessThan(500);
});
