import { describe, expect, it } from 'vitest';
import { dark, light, type Palette } from './tokens.ts';

const channel = (hex: string, at: number): number => {
  const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
};
/** WCAG 2.2 relative luminance. */
const luminance = (hex: string): number =>
  0.2126 * channel(hex, 1) + 0.7152 * channel(hex, 3) + 0.0722 * channel(hex, 5);
const contrast = (a: string, b: string): number => {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
};

/** Text on what it stands on: 4.5:1, because any of them may be 13 px. */
const TEXT: readonly (readonly [keyof Palette, keyof Palette])[] = [
  ['ink', 'paper'],
  ['ink', 'surface'],
  ['ink', 'sunken'],
  ['ink', 'brandSoft'],
  ['ink', 'amberSoft'],
  ['ink', 'redSoft'],
  ['muted', 'paper'],
  ['muted', 'surface'],
  ['muted', 'sunken'],
  ['brand', 'paper'],
  ['brand', 'surface'],
  ['brand', 'brandSoft'],
  ['amber', 'paper'],
  ['amber', 'surface'],
  ['amber', 'amberSoft'],
  ['red', 'paper'],
  ['red', 'surface'],
  ['red', 'redSoft'],
  ['blue', 'paper'],
  ['blue', 'surface'],
  ['blue', 'blueSoft'],
  ['onBrand', 'brandFill'],
  ['onBrand', 'brandFillHover'],
  ['onBrand', 'redFill'],
  ['onBrand', 'redFillHover'],
  ['onInverse', 'inverse'],
];
/** Edges of controls and focus rings: 3:1. */
const EDGES: readonly (readonly [keyof Palette, keyof Palette])[] = [
  ['edge', 'surface'],
  ['edge', 'paper'],
  ['brand', 'surface'],
  ['brand', 'paper'],
];

it('computes the ratio as WCAG does', () => {
  expect(contrast('#000000', '#FFFFFF')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#FFFFFF')).toBeCloseTo(4.48, 2);
});

describe.each([
  ['light', light],
  ['dark', dark],
])('%s scheme', (_name, palette) => {
  it.each(TEXT)('%s is readable on %s', (front, back) => {
    expect(contrast(palette[front], palette[back])).toBeGreaterThanOrEqual(4.5);
  });
  it.each(EDGES)('%s is visible on %s', (front, back) => {
    expect(contrast(palette[front], palette[back])).toBeGreaterThanOrEqual(3);
  });
});
