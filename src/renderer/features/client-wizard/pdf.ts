/** A document of a base64 text, read by pdf.js: loaded when somebody looks at one for the first time. */
import type { PDFDocumentProxy } from 'pdfjs-dist';

export interface OpenPdf {
  readonly pages: number;
  /**
   * Draws a page, counted from 1, as wide as `width` CSS pixels.
   *
   * @throws Error of name `RenderingCancelledException` when `signal` says that nobody waits any more
   */
  readonly draw: (page: number, canvas: HTMLCanvasElement, width: number, signal: AbortSignal) => Promise<void>;
  /** What stands on a page, for whoever does not see it. */
  readonly text: (page: number) => Promise<string>;
  readonly close: () => void;
}

/** Pixels of one canvas: beyond it a phone draws nothing at all. */
const MOST_PIXELS = 16_000_000;

/** @throws Error what is no document. */
export async function openPdf(base64: string): Promise<OpenPdf> {
  const { getDocument, PDFWorker } = await import('pdfjs-dist');
  const port = new Worker(new URL('pdf.worker.ts', import.meta.url), { type: 'module' });
  const worker = PDFWorker.create({ port });
  const task = getDocument({
    data: Uint8Array.from(atob(base64), (char) => char.codePointAt(0) ?? 0),
    worker,
    // The policy lets no WebAssembly run and no address be asked; fonts are drawn as the shapes that the document holds.
    useWasm: false,
    useWorkerFetch: false,
    disableFontFace: true,
    enableXfa: false,
  });
  const close = () => {
    void task.destroy().finally(() => {
      worker.destroy();
      port.terminate();
    });
  };
  try {
    return { ...viewOf(await task.promise), close };
  } catch (error) {
    close();
    throw error;
  }
}

const viewOf = (pdf: PDFDocumentProxy): Omit<OpenPdf, 'close'> => ({
  pages: pdf.numPages,
  draw: async (number, canvas, width, signal) => {
    const page = await pdf.getPage(number);
    const own = page.getViewport({ scale: 1 });
    const sharp = Math.min((width / own.width) * devicePixelRatio, Math.sqrt(MOST_PIXELS / (own.width * own.height)));
    const viewport = page.getViewport({ scale: sharp });
    if (signal.aborted) return;
    canvas.width = Math.floor(viewport.width);
    canvas.height = Math.floor(viewport.height);
    const drawing = page.render({ canvas, viewport });
    signal.addEventListener('abort', () => drawing.cancel(), { once: true });
    await drawing.promise;
  },
  text: async (number) => {
    const { items } = await (await pdf.getPage(number)).getTextContent();
    return items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join(' ');
  },
});
