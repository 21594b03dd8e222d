/** Text with Hebrew in it, as runs in the order in which they stand on paper (UAX 9). */
import bidiFactory from 'bidi-js';

const bidi = bidiFactory();
const RTL_LETTER = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/;
/** Direction marks and isolates: they order the text and have no shape. */
const INVISIBLE = /[\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/**
 * Runs from left to right, each as the font wants it: fontkit turns a run round that begins in a right-to-left script, so
 * such a run is given in reading order, and a run of signs alone is turned round here.
 */
export function visualRuns(line: string, base: 'ltr' | 'rtl'): string[] {
  if (base === 'ltr' && !RTL_LETTER.test(line)) return [line.replace(INVISIBLE, '')];
  const levels = bidi.getEmbeddingLevels(line, base);
  const mirrored = bidi.getMirroredCharactersMap(line, levels.levels);
  const runs: { readonly level: number; readonly chars: string[]; last: number }[] = [];
  for (const index of bidi.getReorderedIndices(line, levels)) {
    const level = levels.levels[index] ?? 0;
    const char = mirrored.get(index) ?? line.charAt(index);
    const run = runs.at(-1);
    if (run?.level === level && Math.abs(run.last - index) === 1) {
      run.chars.push(char);
      run.last = index;
    } else runs.push({ level, chars: [char], last: index });
  }
  return runs
    .map(({ level, chars }) => {
      const text = chars.join('');
      return (level % 2 === 1 && RTL_LETTER.test(text) ? chars.toReversed().join('') : text).replace(INVISIBLE, '');
    })
    .filter((text) => text !== '');
}
