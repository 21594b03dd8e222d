/** The parts of a contract's paper that are more than lines of text. */
import { INNER, LEADING, PAGE, type Paper, type TextStyle } from '#node/pdf/paper.ts';
import { dayOf, fill, roubles, WORDS } from './contract.words.ts';
import { applianceName, type ContractContent, fullName } from './contract-content.ts';

const X = PAGE.margin;
const BODY = { size: 9.5 } as const satisfies TextStyle;
const SMALL = { size: 8, ink: 'muted' } as const satisfies TextStyle;
const heightOf = (paper: Paper, text: string, width: number, style: TextStyle): number =>
  paper.lines(text, width, style).length * style.size * LEADING;

export function drawHeading(paper: Paper, text: string, below = 40): void {
  paper.need(24 + below);
  paper.skip(8);
  paper.skip(paper.write(text, { x: X, y: paper.y, width: INNER }, { size: 11, bold: true }) + 3);
}

/** Paragraphs that may break over a sheet between two lines. */
export function drawText(paper: Paper, text: string): void {
  for (const paragraph of text.split('\n')) {
    for (const line of paper.lines(paragraph, INNER, BODY)) {
      paper.need(BODY.size * LEADING);
      paper.skip(paper.write(line, { x: X, y: paper.y, width: INNER }, BODY));
    }
    paper.skip(3);
  }
}

interface Column {
  readonly x: number;
  readonly width: number;
  readonly align?: 'end';
}
const COLUMNS = {
  number: { x: X + 8, width: 22 },
  item: { x: X + 34, width: INNER - 34 - 176 },
  fee: { x: X + INNER - 166, width: 76, align: 'end' },
  due: { x: X + INNER - 84, width: 76, align: 'end' },
} as const satisfies Record<string, Column>;

const detailsOf = ({ description, specs }: ContractContent['appliances'][number]): string =>
  [
    ...Object.entries(specs ?? {})
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}: ${value}`),
    ...(description === undefined ? [] : [description]),
  ].join('; ');

/** Every appliance with its fee, the tariff, and what of it is to be paid with this contract. */
export function drawAppliances(paper: Paper, { appliances, fees }: ContractContent): void {
  const { table } = WORDS;
  const cell = (text: string, column: Column, y: number, style: TextStyle) =>
    paper.write(
      text,
      { x: column.x, y, width: column.width },
      { ...style, ...(column.align && { align: column.align }) },
    );
  const drawHead = () => {
    paper.box({ x: X, y: paper.y, width: INNER, height: 20 }, { fill: 'sunken' });
    const y = paper.y + 5;
    const style = { size: 8, bold: true } as const;
    cell(table.number, COLUMNS.number, y, style);
    cell(table.item, COLUMNS.item, y, style);
    cell(table.fee, COLUMNS.fee, y, style);
    cell(table.billed, COLUMNS.due, y, style);
    paper.skip(20);
  };
  const drawRow = (row: {
    number: string;
    title: string;
    details: string;
    fee: string;
    due: string;
    bold?: boolean;
  }) => {
    const style = { ...BODY, bold: row.bold === true };
    const height =
      heightOf(paper, row.title, COLUMNS.item.width, style) +
      (row.details === '' ? 0 : heightOf(paper, row.details, COLUMNS.item.width, SMALL)) +
      9;
    if (paper.need(height)) drawHead();
    const y = paper.y + 4;
    cell(row.number, COLUMNS.number, y, style);
    const title = cell(row.title, COLUMNS.item, y, style);
    if (row.details !== '') cell(row.details, COLUMNS.item, y + title, SMALL);
    cell(row.fee, COLUMNS.fee, y, style);
    cell(row.due, COLUMNS.due, y, row.due === table.paid ? SMALL : style);
    paper.skip(height);
    paper.box({ x: X, y: paper.y, width: INNER, height: 0.6 }, { fill: 'line' });
  };

  paper.need(60);
  drawHead();
  for (const [index, one] of appliances.entries()) {
    const line = fees.appliances.find(({ id }) => id === one.id);
    const fee = roubles(line?.feeMinor ?? 0);
    drawRow({
      number: String(index + 1),
      title: `${applianceName(one.kind)}: ${one.title}`,
      details: detailsOf(one),
      fee,
      due: line?.isBilled === true ? fee : table.paid,
    });
  }
  const { tariff, totalMinor, dueMinor } = fees;
  const billed = fees.appliances.reduce((sum, one) => sum + (one.isBilled ? one.feeMinor : 0), 0);
  const baseDue = dueMinor - billed;
  drawRow({
    number: '',
    title: fill(table.base, { tariff: tariff.name }),
    details: '',
    fee: roubles(tariff.baseFeeMinor),
    due: baseDue === tariff.baseFeeMinor ? roubles(baseDue) : table.paid,
  });
  drawRow({
    number: '',
    title: table.total,
    details: '',
    fee: roubles(totalMinor),
    due: roubles(dueMinor),
    bold: true,
  });
  paper.skip(6);
  const said = fill(table.count, { count: appliances.length, extra: roubles(tariff.extraPerApplianceMinor) });
  paper.skip(paper.write(said, { x: X, y: paper.y, width: INNER }, SMALL) + 2);
}

/** A house stays beside its word: «кв. 5» on one line. */
const unbroken = (address: string): string => address.replace(/(\p{L}\.) (?=[\d\p{Lu}])/gu, '$1\u00A0');

/** Both sides, side by side, each with the place of its signature. */
export function drawParties(paper: Paper, content: ContractContent): void {
  const { party, client, passport, createdAt, timeZone, number } = content;
  const gap = 20;
  const width = (INNER - gap) / 2;
  const present = (phrase: string, value: string | undefined, name: string) =>
    value === undefined || value === '' ? [] : [fill(phrase, { [name]: value })];
  const left = [
    fill(WORDS.inn, { inn: party.inn }),
    fill(WORDS.place, { shop: party.shop, address: party.address }),
  ].join('\n');
  const right = [
    fill(WORDS.passport, { series: passport.series ?? '', number: passport.number ?? '' }),
    fill(WORDS.issued, { by: passport.issuedBy ?? '', date: dayOf(passport.issueDate) }),
    fill(WORDS.code, { code: passport.issueCode ?? '' }),
    ...present(WORDS.born, passport.birthDate && dayOf(passport.birthDate), 'date'),
    fill(WORDS.registered, { address: unbroken(passport.address ?? '') }),
    ...present(WORDS.phone, client.phone, 'phone'),
    ...present(WORDS.email, client.email, 'email'),
  ].join('\n');
  const day = new Intl.DateTimeFormat('ru-RU', { timeZone, dateStyle: 'short' }).format(createdAt);
  const isDraft = number === undefined;
  const sides = [
    {
      x: X,
      role: WORDS.provider,
      name: party.organization,
      text: left,
      sign: WORDS.signProvider,
      signed: isDraft ? WORDS.draftSign : fill(WORDS.signProviderText, { organization: party.organization, date: day }),
    },
    {
      x: X + width + gap,
      role: WORDS.customer,
      name: fullName(passport),
      text: right,
      sign: WORDS.signCustomer,
      signed: isDraft ? WORDS.draftSign : WORDS.signCustomerText,
    },
  ];
  const title = { size: 10.5, bold: true } as const;
  const signTitle = { size: 8.5, bold: true, ink: 'brand' } as const;
  const pad = 10;
  const about = Math.max(
    ...sides.map(({ name, text }) => heightOf(paper, name, width, title) + heightOf(paper, text, width, BODY)),
  );
  const box = Math.max(
    ...sides.map(
      ({ sign, signed }) =>
        heightOf(paper, sign, width - 2 * pad, signTitle) + heightOf(paper, signed, width - 2 * pad, SMALL) + 2 * pad,
    ),
  );
  paper.need(about + box + 32);
  for (const { x, role, name, text, sign, signed } of sides) {
    let y = paper.y;
    y += paper.write(role, { x, y, width }, SMALL);
    y += paper.write(name, { x, y, width }, title) + 2;
    paper.write(text, { x, y, width }, BODY);
    const top = paper.y + about + 24;
    paper.box({ x, y: top, width, height: box }, { stroke: 'edge', radius: 6 });
    const inside = { x: x + pad, width: width - 2 * pad };
    const under = paper.write(sign, { ...inside, y: top + pad }, signTitle);
    paper.write(signed, { ...inside, y: top + pad + under }, SMALL);
  }
  paper.skip(about + box + 32);
}
