/** A spreadsheet's file as rows: encoding, separator, header, and for each row what it states or what is wrong with it. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { setImmediate as breathe } from 'node:timers/promises';
import { CsvError, parse } from 'csv-parse';
import { guessDelimiter, type Layout, readLayout } from '#shared/catalogue/csv-columns.rules.ts';
import { type CellFault, readRow, type StatedItem } from '#shared/catalogue/csv-row.rules.ts';

export interface RowFault extends CellFault {
  /** The line of the file on which the row begins, from 1; cells may hold line breaks. */
  readonly line: number;
}

export interface StatedRow {
  readonly line: number;
  readonly item: StatedItem;
}

export interface ReadTable {
  /** Rows that are right so far; duplicates are told as faults of the later row. */
  readonly rows: readonly StatedRow[];
  readonly rowsRead: number;
  readonly ignoredColumns: readonly string[];
  /** Headers of the columns whose faults are found later, against other items. */
  readonly barcodeHeader: string;
}

export interface ReadOptions {
  readonly maxRows: number;
  readonly onFault: (fault: RowFault) => void;
  /** `bytes` of the file that were read so far. */
  readonly onProgress: (progress: {
    readonly rowsRead: number;
    readonly rowsOk: number;
    readonly bytes: number;
  }) => void;
  readonly signal: AbortSignal;
}

/** So many rows are parsed before others may have the thread. */
const ROWS_A_TURN = 250;

/** Reads the whole table. Faults are told as they are found; a table that cannot be read at all is a fault too. */
export async function readTable(file: string, options: ReadOptions): Promise<ReadTable> {
  const { maxRows, onFault, signal } = options;
  const encoding = await detectEncoding(file);
  let bytes = 0;
  const source = textOf(file, encoding, (size) => {
    bytes += size;
  });
  const rows: StatedRow[] = [];
  const seen = { sku: new Map<string, number>(), barcode: new Map<string, number>() };
  let layout: Layout | undefined;
  let rowsRead = 0;

  const take = (cells: readonly string[], line: number): boolean => {
    if (layout === undefined) {
      layout = readLayout(cells);
      const wrong = layoutFaults(layout, line);
      for (const fault of wrong) onFault(fault);
      return wrong.length === 0;
    }
    if (rowsRead === maxRows) {
      onFault({ line, column: '', value: '', problem: 'too_many_rows', params: { max: maxRows } });
      return false;
    }
    rowsRead += 1;
    const row = readRow(cells, layout);
    if ('faults' in row) {
      for (const fault of row.faults) onFault({ ...fault, line });
      repeats(row.right, line, layout);
    } else if (!repeats(row.item, line, layout)) rows.push({ line, item: row.item });
    return true;
  };

  /** SKUs are told apart as people do, without case: `a-1` and `A-1` are one article. */
  const repeats = (item: Partial<StatedItem>, line: number, { places, headers }: Layout): boolean => {
    const sku = item.sku?.toLocaleLowerCase('ru');
    for (const [column, value] of [
      ['sku', sku],
      ['barcode', item.barcode],
    ] as const) {
      if (value === undefined || value === null) continue;
      const first = seen[column].get(value);
      if (first !== undefined) {
        onFault({
          line,
          column: headers[places.get(column) ?? -1] ?? '',
          value: (column === 'sku' ? item.sku : undefined) ?? value,
          problem: `duplicate_${column}`,
          params: { line: first },
        });
        return true;
      }
    }
    if (sku !== undefined) seen.sku.set(sku, line);
    if (item.barcode) seen.barcode.set(item.barcode, line);
    return false;
  };

  try {
    for await (const { cells, line } of recordsOf(source)) {
      if (!take(cells, line)) break;
      if (rowsRead % ROWS_A_TURN !== 0) continue;
      signal.throwIfAborted();
      options.onProgress({ rowsRead, rowsOk: rows.length, bytes });
      await breathe();
    }
    if (rowsRead === 0 && (layout === undefined || layoutFaults(layout, 1).length === 0)) {
      onFault({ line: 1, column: '', value: '', problem: 'no_rows' });
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    onFault({ line: Number(error['lines'] ?? 1), column: '', value: '', problem: 'broken_quotes' });
  }
  const known: Layout | undefined = layout;
  return {
    rows,
    rowsRead,
    ignoredColumns: known?.unknown ?? [],
    barcodeHeader: known?.headers[known.places.get('barcode') ?? -1] ?? '',
  };
}

function layoutFaults({ missing, repeated }: Layout, line: number): RowFault[] {
  return [
    ...missing.map((column) => ({
      line,
      column: '',
      value: '',
      problem: 'missing_column' as const,
      params: { column },
    })),
    ...repeated.map((column) => ({ line, column, value: column, problem: 'repeated_column' as const })),
  ];
}

interface RawRecord {
  readonly cells: readonly string[];
  /** Where it begins. */
  readonly line: number;
}

async function* recordsOf(source: AsyncIterable<string>): AsyncGenerator<RawRecord> {
  const chunks = source[Symbol.asyncIterator]();
  const first = await firstLine(chunks);
  const parser = parse({
    delimiter: guessDelimiter(first.line),
    // `textOf` leaves no other line break, so that lines are counted as editors count them.
    record_delimiter: '\n',
    relax_column_count: true,
    // An inch is written as a bare quote: `Труба 1/2"`.
    relax_quotes: true,
    skip_empty_lines: true,
    info: true,
  });
  const rest = async function* () {
    yield first.read;
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
  };
  // Faults come out of the parser below; whichever end stops, the other is let go.
  pipeline(Readable.from(rest()), parser, () => undefined);
  for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
    // Spreadsheets write rows of nothing but separators below the last one.
    if (record.every((cell) => cell.trim() === '')) continue;
    // The parser counts to where the record ends; a person looks for where it begins.
    const breaks = record.reduce((count, cell) => count + (cell.split('\n').length - 1), 0);
    yield { cells: record, line: info.lines - breaks };
  }
}

async function firstLine(chunks: AsyncIterator<string>): Promise<{ readonly line: string; readonly read: string }> {
  let read = '';
  while (!read.trimStart().includes('\n')) {
    const next = await chunks.next();
    if (next.done === true) break;
    read += next.value;
  }
  return { line: read.trimStart().split('\n', 1)[0] ?? '', read };
}

type Encoding = 'utf-8' | 'utf-16le' | 'windows-1251';

/** UTF-8 proves itself; what is not UTF-8 in this country is the old Windows page. Excel's "Unicode text" has its mark. */
async function detectEncoding(file: string): Promise<Encoding> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    if (bytesRead === 2 && buffer[0] === 0xff && buffer[1] === 0xfe) return 'utf-16le';
  } finally {
    await handle.close();
  }
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) decoder.decode(chunk, { stream: true });
    decoder.decode();
    return 'utf-8';
  } catch (error) {
    if (error instanceof TypeError) return 'windows-1251';
    throw error;
  }
}

/** The text without a byte order mark, every line break a `\n`. */
async function* textOf(file: string, encoding: Encoding, onRead: (bytes: number) => void): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  // A pair of return and feed may lie across two chunks.
  let held = '';
  for await (const chunk of createReadStream(file, { highWaterMark: 65_536 }) as AsyncIterable<Buffer>) {
    onRead(chunk.length);
    const text = held + decoder.decode(chunk, { stream: true });
    held = text.endsWith('\r') ? '\r' : '';
    yield text.slice(0, text.length - held.length).replaceAll(/\r\n?/g, '\n');
  }
  yield (held + decoder.decode()).replaceAll(/\r\n?/g, '\n');
}
