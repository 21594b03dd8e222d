import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReportFonts } from './paper.ts';

/** Where the letters of a report are in a program's folder; the package brings these two files along. */
export const FONT_FILES = {
  regular: 'node_modules/@expo-google-fonts/rubik/400Regular/Rubik_400Regular.ttf',
  bold: 'node_modules/@expo-google-fonts/rubik/600SemiBold/Rubik_600SemiBold.ttf',
} as const;

/** Reads them at the first report: a till that makes none does without. @param programFolder holds `node_modules`. */
export function createReportFonts(programFolder: string): () => Promise<ReportFonts> {
  let read: Promise<ReportFonts> | undefined;
  return () => {
    read ??= Promise.all(Object.values(FONT_FILES).map((file) => readFile(join(programFolder, file)))).then(
      ([regular, bold]) => {
        if (regular === undefined || bold === undefined) throw new Error('a font is missing');
        return { regular, bold };
      },
    );
    return read;
  };
}
