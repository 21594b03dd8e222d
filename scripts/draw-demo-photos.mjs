/** Draws the photos of the demonstration: cars that nobody owns. `npm run demo:photos` writes them to `scripts/demo-photos/`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { CHROMIUM_ARGS, findChromium } from './chromium.ts';
import { ROOT } from './processes.ts';

const FOLDER = join(ROOT, 'scripts/demo-photos');
const SCENES = [
  { name: 'car-1', sky: ['#8ec5e8', '#f6e7c8'], body: '#b93a2e', ground: '#6b6f72' },
  { name: 'car-2', sky: ['#2b3a67', '#e08e6d'], body: '#0e6b52', ground: '#44484c' },
  { name: 'car-3', sky: ['#cfd8dc', '#eceff1'], body: '#2b5fa8', ground: '#8a8f94' },
];

/** Runs in the page. */
function draw({ sky, body, ground }) {
  const canvas = document.createElement('canvas');
  canvas.width = 1200;
  canvas.height = 800;
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error('this browser draws nothing');
  const fill = (colour, path) => {
    pen.fillStyle = colour;
    pen.beginPath();
    path();
    pen.fill();
  };
  const air = pen.createLinearGradient(0, 0, 0, 560);
  air.addColorStop(0, sky[0]);
  air.addColorStop(1, sky[1]);
  fill(air, () => pen.rect(0, 0, 1200, 560));
  fill('rgba(255,255,255,.75)', () => pen.arc(930, 170, 64, 0, 7));
  for (const [x, height] of [
    [40, 210],
    [190, 290],
    [350, 180],
    [760, 250],
    [900, 330],
    [1060, 200],
  ]) {
    fill('rgba(60,66,80,.35)', () => pen.rect(x, 560 - height, 120, height));
  }
  fill(ground, () => pen.rect(0, 560, 1200, 240));
  for (const x of [60, 380, 700, 1020]) fill('rgba(255,255,255,.7)', () => pen.rect(x, 720, 160, 14));
  fill('rgba(0,0,0,.28)', () => pen.ellipse(600, 668, 420, 26, 0, 0, 7));
  fill(body, () => {
    pen.moveTo(190, 640);
    pen.bezierCurveTo(180, 540, 220, 520, 330, 505);
    pen.bezierCurveTo(420, 400, 480, 380, 620, 380);
    pen.bezierCurveTo(740, 380, 800, 420, 870, 500);
    pen.bezierCurveTo(990, 515, 1020, 540, 1012, 640);
    pen.closePath();
  });
  for (const points of [
    [
      [410, 500],
      [490, 412],
      [600, 405],
      [600, 500],
    ],
    [
      [625, 500],
      [625, 405],
      [735, 415],
      [812, 500],
    ],
  ]) {
    fill('#dfeaf1', () => points.forEach(([x, y], index) => (index === 0 ? pen.moveTo(x, y) : pen.lineTo(x, y))));
  }
  fill('#f4e3a1', () => pen.ellipse(990, 560, 20, 16, 0, 0, 7));
  fill('#7d1f18', () => pen.ellipse(208, 565, 14, 18, 0, 0, 7));
  fill('rgba(0,0,0,.25)', () => pen.rect(604, 505, 5, 120));
  for (const x of [340, 850]) {
    fill('#1d1b18', () => pen.arc(x, 640, 74, 0, 7));
    fill('#c8ccd0', () => pen.arc(x, 640, 40, 0, 7));
    fill('#6b6f72', () => pen.arc(x, 640, 12, 0, 7));
  }
  return canvas.toDataURL('image/jpeg', 0.82);
}

export async function main() {
  mkdirSync(FOLDER, { recursive: true });
  const browser = await chromium.launch({ executablePath: await findChromium(), args: [...CHROMIUM_ARGS] });
  const page = await browser.newPage();
  for (const { name, ...scene } of SCENES) {
    const [, base64 = ''] = (await page.evaluate(draw, scene)).split(',');
    writeFileSync(join(FOLDER, `${name}.jpg`), Buffer.from(base64, 'base64'));
  }
  await browser.close();
}
