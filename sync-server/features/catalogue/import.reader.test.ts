import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import { CatalogueItem as ItemSchema } from '#shared/catalogue/catalogue.schema.ts';
import { cleanCell } from '#shared/catalogue/csv-cells.rules.ts';
import { csvHeader, mergeRow, writeCsvItem, writeCsvLine } from '#shared/catalogue/csv-row.rules.ts';
import { MeasurementUnit, PaymentObject, VatType } from '#shared/fiscal/fiscal.schema.ts';
import { type ReadTable, type RowFault, readTable } from './import.reader.ts';

const folder = mkdtempSync(join(tmpdir(), 'prilavok-csv-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
async function read(
  content: string | Uint8Array,
  maxRows = 1000,
): Promise<ReadTable & { readonly faults: readonly RowFault[] }> {
  const file = join(folder, `${(files += 1)}.csv`);
  writeFileSync(file, content);
  const faults: RowFault[] = [];
  const table = await readTable(file, {
    maxRows,
    onFault: (fault) => faults.push(fault),
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  return { ...table, faults };
}

/** The old Windows page: what Excel in Russian still writes as "CSV". */
const windows1251 = (text: string): Uint8Array =>
  Uint8Array.from(text, (letter) => {
    const code = letter.codePointAt(0) ?? 0;
    if (code < 0x80) return code;
    if (letter === 'ё') return 0xb8;
    if (letter === 'Ё') return 0xa8;
    if (letter === '№') return 0xb9;
    return code - 0x410 + 0xc0;
  });

const HEADER = 'Артикул;Штрихкод;Название;Цена;НДС';
const MILK = 'А-1;4600000000017;Молоко;89,90;10%';
const milk = { sku: 'А-1', barcode: '4600000000017', name: 'Молоко', priceMinor: 8990, vat: 'vat10' };

describe('dialects', () => {
  test.each([
    ['UTF-8 with semicolons', `${HEADER}\n${MILK}\n`],
    ['with a byte order mark and CRLF', `\uFEFF${HEADER}\r\n${MILK}\r\n`],
    ['without a line break at the end', `${HEADER}\n${MILK}`],
    ['with empty lines and rows of separators', `\n${HEADER}\n\n${MILK}\n;;;;\n\n`],
    ['line breaks of an old Mac', `${HEADER}\r${MILK}\r`],
    ['commas and quotes', `sku,barcode,name,price,vat\n"А-1",4600000000017,"Молоко","89,90",10%\n`],
    ['tabs', `SKU\tBarcode\tName\tPrice\tVAT\nА-1\t4600000000017\tМолоко\t89.90\tvat10\n`],
    [
      'other words and another order',
      `НАИМЕНОВАНИЕ;Ставка НДС;Цена, руб.;код;штрих-код\nМолоко;НДС 10 %;89,90 ₽;А-1;4600000000017\n`,
    ],
    ['windows-1251', windows1251(`${HEADER}\r\n${MILK}\r\n`)],
    [
      'UTF-16 as Excel saves "Unicode text"',
      Buffer.from(`\uFEFF${HEADER.replaceAll(';', '\t')}\r\n${MILK.replaceAll(';', '\t')}\r\n`, 'utf16le'),
    ],
  ])('%s', async (_, content) => {
    const { rows, faults } = await read(content);
    expect(faults).toEqual([]);
    expect(rows.map(({ item }) => item)).toEqual([milk]);
  });

  test('a letter that lies across two chunks of the file, and a CRLF that does', async () => {
    const filler = 'х'.repeat(100);
    const lines = Array.from({ length: 3000 }, (_, n) => `С-${n};;${filler}${'y'.repeat(n % 7)};1;22%`);
    const { rows, faults } = await read(`${HEADER}\r\n${lines.join('\r\n')}\r\n`, 5000);
    expect(faults).toEqual([]);
    expect(rows).toHaveLength(3000);
    expect(rows.at(-1)).toMatchObject({ line: 3001, item: { name: `${filler}${'y'.repeat(2999 % 7)}` } });
  });
});

describe('faults', () => {
  test('tell the line where the row begins, also after cells that hold line breaks', async () => {
    const { faults } = await read(
      `${HEADER}\r\nА-1;;"Молоко\r\nтопленое\r\n3,2%";десять;10%\r\n\r\nА-2;;"Сыр ""Российский""";1;13%\r\n"А-3";;"a\nb";1,5,5;10%\n`,
    );
    expect(faults).toEqual([
      { line: 2, column: 'Цена', value: 'десять', problem: 'not_money' },
      { line: 6, column: 'НДС', value: '13%', problem: 'not_vat' },
      { line: 7, column: 'Цена', value: '1,5,5', problem: 'not_money' },
    ]);
  });

  test('of every kind, each once, with what was written', async () => {
    const header = 'артикул;штрихкод;название;короткое название;цена;ндс;единица;предмет расчёта;избранное;активен';
    const { faults, rows } = await read(
      [
        header,
        ';46 00;;;;;ящик;мечта;может;?',
        `4,6E+12;4,60123E+12;${'я'.repeat(129)};${'я'.repeat(33)};1;0%;;;;`,
        'А;1;б;;1;0%;;;;;лишнее',
      ].join('\n'),
    );
    expect(rows).toEqual([]);
    expect(faults.map(({ line, column, problem }) => `${line} ${column} ${problem}`)).toEqual([
      '2 артикул required',
      '2 штрихкод not_barcode',
      '2 название required',
      '2 цена required',
      '2 ндс required',
      '2 единица not_unit',
      '2 предмет расчёта not_payment_object',
      '2 избранное not_flag',
      '2 активен not_flag',
      '3 артикул spreadsheet_number',
      '3 штрихкод spreadsheet_number',
      '3 название too_long',
      '3 короткое название too_long',
      '4  too_many_cells',
    ]);
    expect(faults.find(({ problem }) => problem === 'too_long')).toMatchObject({ params: { max: 128 } });
  });

  test('a SKU or a barcode that an earlier row has', async () => {
    const { faults, rows } = await read(`${HEADER}\n${MILK}\nа-1;;Кефир;1;0%\nБ-2;4600000000017;Сыр;1;0%\n`);
    expect(rows).toHaveLength(1);
    expect(faults).toEqual([
      { line: 3, column: 'Артикул', value: 'а-1', problem: 'duplicate_sku', params: { line: 2 } },
      { line: 4, column: 'Штрихкод', value: '4600000000017', problem: 'duplicate_barcode', params: { line: 2 } },
    ]);
  });

  test('a repeated SKU is told also beside other faults, so that one look at the file is enough', async () => {
    const { faults } = await read(`${HEADER}\nА;;Сыр;?;0%\nА;;Сыр;1;0%\n`);
    expect(faults.map(({ line, problem }) => [line, problem])).toEqual([
      [2, 'not_money'],
      [3, 'duplicate_sku'],
    ]);
  });

  test.each([
    ['', [{ line: 1, problem: 'no_rows' }]],
    [`${HEADER}\n`, [{ line: 1, problem: 'no_rows' }]],
    [
      'Артикул;Название\nА;Б\n',
      [
        { problem: 'missing_column', params: { column: 'price' } },
        { problem: 'missing_column', params: { column: 'vat' } },
      ],
    ],
    [`${HEADER};Цена\n${MILK};1\n`, [{ line: 1, problem: 'repeated_column', value: 'Цена' }]],
    [`${HEADER}\n${MILK}\nБ;;"не закрыто;1;0%\n`, [{ problem: 'broken_quotes' }]],
  ])('of a whole table: %j', async (content, expected) => {
    expect((await read(content)).faults).toMatchObject(expected);
  });

  test('one row too many', async () => {
    const { faults } = await read(`${HEADER}\nА;;а;1;0%\nБ;;б;1;0%\nВ;;в;1;0%\n`, 2);
    expect(faults).toMatchObject([{ line: 4, problem: 'too_many_rows', params: { max: 2 } }]);
  });

  test('a column that nobody knows is left out and told', async () => {
    const { ignoredColumns, faults } = await read(`${HEADER};Полка\n${MILK};7\n`);
    expect(faults).toEqual([]);
    expect(ignoredColumns).toEqual(['Полка']);
  });

  test('an inch is a bare quote, not a broken one', async () => {
    const { rows, faults } = await read(`${HEADER}\nТ;;Труба 1/2" стальная;10;22%\n`);
    expect(faults).toEqual([]);
    expect(rows[0]?.item.name).toBe('Труба 1/2" стальная');
  });
});

const word = (max: number) =>
  fc
    .string({ unit: 'grapheme', maxLength: max })
    .map((text) =>
      cleanCell(text.replaceAll(/[\p{Cc}\p{Cs}]/gu, ''))
        .slice(0, max)
        .trim(),
    )
    .filter((text) => text.isWellFormed() && cleanCell(text) === text);
const filled = (max: number) => word(max).filter((text) => text !== '');
const optional = <T>(name: string, of: fc.Arbitrary<T>) =>
  fc.option(of, { nil: undefined }).map((value) => (value === undefined ? {} : { [name]: value }));

const anyItem: fc.Arbitrary<CatalogueItem> = fc
  .tuple(
    fc.record({
      id: fc.constant('00000000-0000-7000-8000-000000000001'),
      sku: filled(64).filter((sku) => !/^\d+(?:[.,]\d+)?e\+?\d+$/i.test(sku)),
      name: filled(128),
      category: filled(64),
      priceMinor: fc.integer({ min: 0, max: 100_000_000_000_000 }),
      vat: fc.constantFrom(...VatType.options),
      paymentObject: fc.constantFrom(...PaymentObject.options),
      unit: fc.constantFrom(...MeasurementUnit.options),
      favourite: fc.boolean(),
      active: fc.boolean(),
    }),
    optional(
      'barcode',
      fc.stringMatching(/^[!-~]{1,32}$/).filter((code) => !/^\d+(?:[.,]\d+)?e\+?\d+$/i.test(code)),
    ),
    optional('shortName', filled(32)),
  )
  .map((parts) => Object.assign({}, ...parts) as CatalogueItem);

test('any item written as a row is read back the same', async () => {
  await fc.assert(
    fc.asyncProperty(anyItem, async (item) => {
      const { rows, faults } = await read(`\uFEFF${csvHeader()}${writeCsvItem(item)}`);
      expect(faults).toEqual([]);
      const read_ = rows[0];
      expect(read_ && mergeRow(item.id, undefined, read_.item)).toEqual(item);
      expect(ItemSchema.safeParse(item).success).toBe(true);
    }),
    { numRuns: 300 },
  );
}, 60_000);

test('whatever cells are made of, each fault names the line where its row begins', async () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ';', '\n', '\r\n', ' ', 'я') });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(cell, fc.boolean()), { minLength: 1, maxLength: 12 }), async (rows) => {
      let line = 2;
      const expected: number[] = [];
      let content = writeCsvLine(['Артикул', 'Название', 'Цена', 'НДС']);
      for (const [nth, [name, isWrong]] of rows.entries()) {
        const written = writeCsvLine([`A${nth}`, `x${name}`, isWrong ? 'много' : '1', '0%']);
        if (isWrong) expected.push(line);
        content += written;
        line += written.replaceAll('\r\n', '\n').split('\n').length - 1;
      }
      const { faults } = await read(content);
      expect(faults.map((fault) => fault.line)).toEqual(expected);
    }),
    { numRuns: 200 },
  );
}, 60_000);

test('a table that is given up stops being read', async () => {
  const giveUp = new AbortController();
  const file = join(folder, 'long.csv');
  writeFileSync(file, `${HEADER}\n${Array.from({ length: 5000 }, (_, n) => `С-${n};;x;1;22%`).join('\n')}\n`);
  const reading = readTable(file, {
    maxRows: 10_000,
    onFault: () => undefined,
    onProgress: ({ rowsRead }) => {
      if (rowsRead === 500) giveUp.abort(new Error('enough'));
      expect(rowsRead).toBeLessThanOrEqual(500);
    },
    signal: giveUp.signal,
  });
  await expect(reading).rejects.toThrow('enough');
});
