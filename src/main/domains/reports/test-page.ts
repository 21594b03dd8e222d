/** A page that shows whether a printer prints to the edges and in the right size; no guest is in it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestResult } from '#shared/rpc/attendant.contract.ts';
import type { Printer } from './printer.port.ts';

/** Points. */
const A4 = { width: 595.28, height: 841.89 };
const CENTIMETRE = 28.35;

async function drawTestPage(title: string): Promise<Uint8Array> {
  const { PDFDocument, rgb, StandardFonts } = await import('@cantoo/pdf-lib');
  const document = await PDFDocument.create();
  const page = document.addPage([A4.width, A4.height]);
  const font = await document.embedFont(StandardFonts.Helvetica);
  const black = rgb(0, 0, 0);
  page.drawRectangle({
    x: CENTIMETRE,
    y: CENTIMETRE,
    width: A4.width - 2 * CENTIMETRE,
    height: A4.height - 2 * CENTIMETRE,
    borderColor: black,
    borderWidth: 1,
  });
  page.drawText(title, { x: 2 * CENTIMETRE, y: A4.height - 3 * CENTIMETRE, size: 24, font });
  page.drawText('The frame is 1 cm from each edge. Ten bars, from light to black:', {
    x: 2 * CENTIMETRE,
    y: A4.height - 4.5 * CENTIMETRE,
    size: 12,
    font,
  });
  for (let bar = 0; bar < 10; bar += 1) {
    const grey = 1 - (bar + 1) / 10;
    page.drawRectangle({
      x: (2 + bar * 1.6) * CENTIMETRE,
      y: A4.height - 8 * CENTIMETRE,
      width: 1.6 * CENTIMETRE,
      height: 2 * CENTIMETRE,
      color: rgb(grey, grey, grey),
    });
  }
  return document.save();
}

/** How long the print system may want to read the file after it has taken it. */
const KEEP_MS = 60_000;

/** Gives a test page to the print system: it says whether it was taken, a person says whether it came. */
export async function printTestPage(printer: Printer, title: string): Promise<TestResult> {
  const folder = await mkdtemp(join(tmpdir(), 'prilavok-page-'));
  const clear = () => rm(folder, { recursive: true, force: true }).catch(() => {});
  try {
    const file = join(folder, 'test-page.pdf');
    await writeFile(file, await drawTestPage(title));
    const answer = await printer.submit(file, title);
    if ('refused' in answer) return { kind: 'fails', fault: 'refused', said: answer.refused };
    return { kind: 'answers', said: answer.reference };
  } catch (error) {
    return { kind: 'fails', fault: 'refused', said: error instanceof Error ? error.message : String(error) };
  } finally {
    setTimeout(() => void clear(), KEEP_MS).unref();
  }
}
