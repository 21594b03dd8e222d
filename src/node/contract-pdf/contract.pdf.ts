/**
 * A contract as PDF. Pure: content and fonts in, bytes out, and the same bytes every time. Device and server draw with it: a
 * draft differs from the contract only by its mark, its number and its place for a signature.
 */
import { PDFDocument } from '@cantoo/pdf-lib';
import { createPaper, INNER, PAGE, type ReportFonts } from '#node/pdf/paper.ts';
import { drawAnnex } from './contract.annex.ts';
import { drawAppliances, drawHeading, drawParties, drawText } from './contract.blocks.ts';
import { fill, roubles, WORDS } from './contract.words.ts';
import { type ContractContent, DRAFT_MARK, fullName } from './contract-content.ts';

const X = PAGE.margin;

export const countPages = async (bytes: Uint8Array): Promise<number> =>
  (await PDFDocument.load(bytes, { updateMetadata: false })).getPageCount();

export async function drawContract(
  content: ContractContent,
  fonts: ReportFonts,
): Promise<{ readonly bytes: Uint8Array; readonly pages: number }> {
  const { number, createdAt, timeZone, party, client, passport, fees } = content;
  const doc = await PDFDocument.create({ updateMetadata: false });
  const made = new Date(createdAt);
  doc.setCreationDate(made);
  doc.setModificationDate(made);
  doc.setProducer('Prilavok');
  doc.setCreator('Prilavok');
  doc.setAuthor(party.organization);
  doc.setTitle(titleOf(content), { showInWindowTitleBar: true });
  doc.setLanguage('ru');
  const paper = await createPaper(doc, fonts, 'ltr');

  const line = { x: X, width: INNER };
  paper.skip(paper.write(titleOf(content), { ...line, y: paper.y }, { size: 17, bold: true, align: 'center' }));
  paper.skip(paper.write(WORDS.subtitle, { ...line, y: paper.y }, { size: 11, align: 'center', ink: 'muted' }) + 10);
  const day = new Intl.DateTimeFormat('ru-RU', { timeZone, dateStyle: 'long' }).format(createdAt).replace(/[  ]/g, ' ');
  paper.write(day, { ...line, y: paper.y }, { size: 9.5, align: 'end' });
  const place = { x: X, y: paper.y, width: INNER * 0.65 };
  paper.skip(paper.write(party.address, place, { size: 9.5 }) + 8);
  const { organization, inn } = party;
  drawText(paper, fill(WORDS.preamble, { organization, inn, client: fullName(passport) }));
  if (content.supersedes !== undefined) drawText(paper, fill(WORDS.supersedes, { number: content.supersedes }));

  const { parts } = WORDS;
  const said = {
    tariff: fees.tariff.name,
    phone: client.phone ?? '',
    due: roubles(fees.dueMinor),
    total: roubles(fees.totalMinor),
    days: content.payWithinDays,
  };
  const drawPart = ({ title, text }: { title: string; text: string }) => {
    drawHeading(paper, title);
    drawText(paper, fill(text, said));
  };
  drawPart(parts.subject);
  drawHeading(paper, parts.appliances.title, 80);
  drawAppliances(paper, content);
  drawPart({ title: parts.price.title, text: fees.dueMinor > 0 ? parts.price.due : parts.price.nothing });
  for (const part of [parts.duties, parts.term, parts.signing, parts.data, parts.other]) drawPart(part);
  // With the names under it: a heading alone at the foot of a sheet is no place for a signature.
  drawHeading(paper, parts.parties.title, 260);
  drawParties(paper, content);
  await drawAnnex(doc, paper, content);

  const pages = paper.pages.length;
  const foot = number === undefined ? WORDS.draftFoot : fill(WORDS.foot, { number });
  for (const [index] of paper.pages.entries()) {
    const y = PAGE.height - PAGE.foot + 20;
    paper.turnTo(index);
    paper.box({ x: X, y: y - 5, width: INNER, height: 0.6 }, { fill: 'line' });
    const small = { size: 8, ink: 'muted' } as const;
    paper.write(foot, { x: X, y, width: INNER * 0.6 }, small);
    const at = { x: X + INNER * 0.6, y, width: INNER * 0.4 };
    paper.write(fill(WORDS.page, { page: index + 1, pages }), at, { ...small, align: 'end' });
  }
  if (number === undefined) paper.stamp(DRAFT_MARK);
  return { bytes: await doc.save({ useObjectStreams: true }), pages };
}

/** Also the document's own title: a file without its name still says which contract it is. */
const titleOf = ({ number }: ContractContent): string =>
  number === undefined ? WORDS.draftTitle : fill(WORDS.title, { number });
