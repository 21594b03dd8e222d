import { expect, it } from 'vitest';
import { qrPath } from './qr-path.ts';

const draw = (rows: readonly string[]) => qrPath(rows.length, (row, column) => rows[row]?.[column] === '#');

it('joins the dark modules of a row', () => {
  expect(draw(['##.', '..#', '###'])).toBe('M0 0h2v1h-2zM2 1h1v1h-1zM0 2h3v1h-3z');
});

it('draws nothing for a light field', () => {
  expect(draw(['..', '..'])).toBe('');
});
