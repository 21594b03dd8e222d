/**
 * A4 sheets that fill from above. Lengths are points; `x` counts from the side where a line of the language begins and `y`
 * from the top, so a page is drawn once for both directions of reading.
 */
import fontkit from '@cantoo/fontkit';
import { degrees, type PDFDocument, type PDFFont, type PDFImage, type PDFPage, rgb } from '@cantoo/pdf-lib';
import { visualRuns } from './bidi.rules.ts';

export const PAGE = { width: 595.28, height: 841.89, margin: 46, foot: 58 } as const;
export const INNER = PAGE.width - 2 * PAGE.margin;

/** The colours of the screens in their light dress. */
export const INK = {
  ink: '#1D1B18',
  muted: '#665F56',
  line: '#E5E0D6',
  edge: '#8C8477',
  sunken: '#F6F4EF',
  white: '#FFFFFF',
  brand: '#0E6B52',
  brandSoft: '#E2F0EA',
  amber: '#855409',
  amberSoft: '#FBF0D9',
  red: '#AB3226',
  redSoft: '#F9E4E1',
  blue: '#2B5FA8',
  blueSoft: '#E3ECF8',
} as const;
export type Ink = keyof typeof INK;

const colour = (ink: Ink) => {
  const part = (at: number) => Number.parseInt(INK[ink].slice(at, at + 2), 16) / 255;
  return rgb(part(1), part(3), part(5));
};

export interface ReportFonts {
  readonly regular: Uint8Array;
  readonly bold: Uint8Array;
}

export interface TextStyle {
  readonly size: number;
  readonly bold?: boolean;
  readonly ink?: Ink;
  readonly align?: 'start' | 'center' | 'end';
  /** Of the line of text itself, whatever the page is. */
  readonly direction?: 'ltr' | 'rtl';
}

export interface Paper {
  readonly y: number;
  readonly pages: readonly PDFPage[];
  /** Moves on; a negative number moves back. */
  skip(points: number): void;
  /** Draws on a sheet that was filled before; its number counts from 0. */
  turnTo(index: number): void;
  /** Begins a sheet unless so much is left on this one. @returns whether it did. */
  need(points: number): boolean;
  /** Lines of a text that is broken at a width. */
  lines(text: string, width: number, style: TextStyle): string[];
  widthOf(text: string, style: TextStyle): number;
  /** Draws at a place, broken at `width`; the cursor stays. @returns its height. */
  write(text: string, at: { readonly x: number; readonly y: number; readonly width: number }, style: TextStyle): number;
  box(at: Box, look: { readonly fill?: Ink; readonly stroke?: Ink; readonly radius?: number }): void;
  /** A figure of SVG, scaled, its corner at a place; never mirrored. */
  figure(path: string, at: { readonly x: number; readonly y: number; readonly scale: number }, look: FigureLook): void;
  /** A picture that the document holds already, from its upper left corner. */
  picture(image: PDFImage, at: Box): void;
  /** Large pale letters across every sheet that there is, over what is drawn on it. */
  stamp(text: string): void;
  /** Text centred at a place of a figure, from the left whatever the language. */
  label(text: string, at: { readonly left: number; readonly y: number }, style: TextStyle): void;
}
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface FigureLook {
  readonly fill?: Ink;
  readonly stroke?: Ink;
  /** Of the stroke, in points. */
  readonly line?: number;
}

/**
 * A PDF's text is drawn letter after letter, each as wide as it is: where pairs would move together or a mark over its letter
 * is worked out by the font's longest tables and thrown away. Half of the time of a document went there.
 */
const UNPLACED = { kern: false, mark: false, mkmk: false, curs: false, abvm: false, blwm: false, dist: false } as const;

/** Height of a line by the size of its letters. */
export const LEADING = 1.38;
/** From the top of a line down to where its letters stand. */
const BASELINE = 1.02;

export async function createPaper(doc: PDFDocument, fonts: ReportFonts, direction: 'ltr' | 'rtl'): Promise<Paper> {
  doc.registerFontkit(fontkit);
  const embed = (bytes: Uint8Array, customName: string): Promise<PDFFont> =>
    // The names are ours: those that the library makes up differ each time.
    doc.embedFont(bytes, { subset: true, customName, features: UNPLACED });
  const regular = await embed(fonts.regular, 'PRILAV+Rubik-Regular');
  const bold = await embed(fonts.bold, 'PRILAV+Rubik-SemiBold');
  const isRtl = direction === 'rtl';
  const pages: PDFPage[] = [];
  let page = doc.addPage([PAGE.width, PAGE.height]);
  pages.push(page);
  let y: number = PAGE.margin;

  const fontOf = ({ bold: isBold }: TextStyle): PDFFont => (isBold === true ? bold : regular);
  /** Of words, in thousandths of the size. */
  const known = { regular: new Map<string, number>(), bold: new Map<string, number>() };
  const widthOfRun = (text: string, style: TextStyle): number => {
    const words = style.bold === true ? known.bold : known.regular;
    const widthOfWord = (word: string): number => {
      const width = words.get(word) ?? fontOf(style).widthOfTextAtSize(word, 1000);
      words.set(word, width);
      return width;
    };
    // A line is as wide as its words and what is between them: nothing is moved together, as above.
    const parts = text.split(' ');
    const width = parts.reduce((sum, word) => sum + widthOfWord(word), widthOfWord(' ') * (parts.length - 1));
    return (width * style.size) / 1000;
  };
  const widthOf = (text: string, style: TextStyle): number =>
    visualRuns(text, style.direction ?? direction).reduce((sum, run) => sum + widthOfRun(run, style), 0);
  const leftOf = (x: number, width: number): number => (isRtl ? PAGE.width - x - width : x);

  const lines = (text: string, width: number, style: TextStyle): string[] =>
    text.split('\n').flatMap((paragraph) => breakLine(paragraph, width, (part) => widthOf(part, style)));

  const drawLine = (text: string, left: number, top: number, style: TextStyle): void => {
    let x = left;
    for (const run of visualRuns(text, style.direction ?? direction)) {
      page.drawText(run, {
        x,
        y: PAGE.height - top - style.size * BASELINE,
        size: style.size,
        font: fontOf(style),
        color: colour(style.ink ?? 'ink'),
      });
      x += widthOfRun(run, style);
    }
  };

  return {
    get y() {
      return y;
    },
    pages,
    skip: (points) => {
      y += points;
    },
    turnTo: (index) => {
      page = pages[index] ?? page;
    },
    need: (points) => {
      if (y + points <= PAGE.height - PAGE.foot) return false;
      page = doc.addPage([PAGE.width, PAGE.height]);
      pages.push(page);
      y = PAGE.margin;
      return true;
    },
    lines,
    widthOf,
    write: (text, at, style) => {
      const broken = lines(text, at.width, style);
      for (const [index, line] of broken.entries()) {
        const width = widthOf(line, style);
        const free = at.width - width;
        const before = style.align === 'center' ? free / 2 : style.align === 'end' ? free : 0;
        drawLine(line, leftOf(at.x + before, width), at.y + index * style.size * LEADING, style);
      }
      return broken.length * style.size * LEADING;
    },
    box: ({ x, y: top, width, height }, { fill, stroke, radius = 0 }) => {
      page.drawSvgPath(rounded(width, height, Math.min(radius, height / 2)), {
        x: leftOf(x, width),
        y: PAGE.height - top,
        ...(fill === undefined ? {} : { color: colour(fill) }),
        ...(stroke === undefined ? {} : { borderColor: colour(stroke), borderWidth: 0.8 }),
      });
    },
    figure: (path, { x, y: top, scale }, { fill, stroke, line = 0.8 }) => {
      page.drawSvgPath(path, {
        x,
        y: PAGE.height - top,
        scale,
        ...(fill === undefined ? {} : { color: colour(fill) }),
        ...(stroke === undefined ? {} : { borderColor: colour(stroke), borderWidth: line / scale }),
      });
    },
    picture: (image, { x, y: top, width, height }) => {
      page.drawImage(image, { x: leftOf(x, width), y: PAGE.height - top - height, width, height });
    },
    stamp: (text) => {
      const size = 96;
      const half = (bold.widthOfTextAtSize(text, size) / 2) * Math.SQRT1_2;
      for (const sheet of pages) {
        sheet.drawText(text, {
          x: PAGE.width / 2 - half + size / 4,
          y: PAGE.height / 2 - half - size / 4,
          size,
          font: bold,
          color: colour('red'),
          opacity: 0.16,
          rotate: degrees(45),
        });
      }
    },
    label: (text, { left, y: middle }, style) => {
      drawLine(text, left - widthOf(text, style) / 2, middle - style.size * 0.69, style);
    },
  };
}

/** Breaks at spaces; a word that is wider than the line is cut. */
function breakLine(paragraph: string, width: number, widthOf: (text: string) => number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (widthOf(line) > width && line.length > 1) {
      let fits = line.length - 1;
      while (fits > 1 && widthOf(line.slice(0, fits)) > width) fits -= 1;
      lines.push(line.slice(0, fits));
      line = line.slice(fits);
    }
  }
  return [...lines, line];
}

const rounded = (w: number, h: number, r: number): string =>
  r === 0
    ? `M0 0H${w}V${h}H0Z`
    : `M${r} 0H${w - r}A${r} ${r} 0 0 1 ${w} ${r}V${h - r}A${r} ${r} 0 0 1 ${w - r} ${h}H${r}A${r} ${r} 0 0 1 0 ${h - r}V${r}A${r} ${r} 0 0 1 ${r} 0Z`;
