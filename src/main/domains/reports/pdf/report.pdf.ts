/** A report as PDF. Pure: content and fonts in, bytes out, and the same bytes every time. */
import { PDFDocument } from '@cantoo/pdf-lib';
import { createPaper, INNER, PAGE, type ReportFonts } from '#node/pdf/paper.ts';
import type { ReportContent } from '../report-content.ts';
import { drawDiagnostics } from './diagnostics.pages.ts';
import { drawCopy, drawLetterhead } from './frame.ts';
import { drawThickness } from './thickness.pages.ts';
import { fill, wordsOf } from './words.ts';

export async function drawReport(content: ReportContent, fonts: ReportFonts): Promise<Uint8Array> {
  const { language, kind, letterhead, createdAt, id } = content;
  const words = wordsOf(language);
  const doc = await PDFDocument.create({ updateMetadata: false });
  const made = new Date(createdAt);
  doc.setCreationDate(made);
  doc.setModificationDate(made);
  doc.setProducer('Prilavok');
  doc.setCreator('Prilavok');
  doc.setAuthor(letterhead.organization);
  doc.setTitle(`${words.title[kind]} ${id}`, { showInWindowTitleBar: true });
  doc.setLanguage(language);
  const paper = await createPaper(doc, fonts, language === 'he' ? 'rtl' : 'ltr');
  drawLetterhead(paper, content, words);
  if (content.kind === 'diagnostics') drawDiagnostics(paper, content, words);
  else drawThickness(paper, content, words);
  drawCopy(paper, content, words);
  const pages = paper.pages.length;
  for (const [index] of paper.pages.entries()) {
    const y = PAGE.height - PAGE.foot + 20;
    paper.turnTo(index);
    paper.box({ x: PAGE.margin, y: y - 5, width: INNER, height: 0.6 }, { fill: 'line' });
    const small = { size: 8, ink: 'muted' } as const;
    paper.write(`${letterhead.organization} · ${id}`, { x: PAGE.margin, y, width: INNER * 0.75 }, small);
    const at = { x: PAGE.margin + INNER * 0.75, y, width: INNER * 0.25 };
    paper.write(fill(words.page, { page: index + 1, pages }), at, { ...small, align: 'end' });
  }
  return await doc.save({ useObjectStreams: true });
}
