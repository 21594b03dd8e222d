/** Photos of a contract's appliances: two to a row, each with the hash that names it, or in its place why it is not there. */
import type { PDFDocument, PDFImage } from '@cantoo/pdf-lib';
import { INNER, PAGE, type Paper } from '#node/pdf/paper.ts';
import { sniffMediaType } from '#shared/blobs/media-type.rules.ts';
import { fill, WORDS } from './contract.words.ts';
import type { ContractContent, ContractPhoto } from './contract-content.ts';

const X = PAGE.margin;
const GAP = 14;
const WIDTH = (INNER - GAP) / 2;
const HEIGHT = WIDTH * 0.75;
const CAPTION = { size: 7.5, ink: 'muted' } as const;

/** `undefined`: the picture is not here, or is of a kind that a PDF cannot hold. */
async function embed(doc: PDFDocument, { bytes }: ContractPhoto): Promise<PDFImage | undefined> {
  if (bytes === undefined) return undefined;
  const type = sniffMediaType(bytes);
  try {
    if (type === 'image/jpeg') return await doc.embedJpg(bytes);
    if (type === 'image/png') return await doc.embedPng(bytes);
  } catch {
    // A file that only begins as a picture: the contract is made all the same, and names the photo by its hash.
  }
  return undefined;
}

export async function drawAnnex(doc: PDFDocument, paper: Paper, content: ContractContent): Promise<void> {
  const { appliances, photos, number } = content;
  const cells = appliances.flatMap(({ id, title }, index) =>
    (photos.get(id) ?? []).map((photo, nth) => ({ photo, title, item: index + 1, n: nth + 1 })),
  );
  paper.need(PAGE.height);
  paper.skip(paper.write(WORDS.annex, { x: X, y: paper.y, width: INNER }, { size: 14, bold: true }));
  if (number !== undefined) {
    const of = fill(WORDS.annexOf, { number });
    paper.skip(paper.write(of, { x: X, y: paper.y, width: INNER }, { size: 9.5, ink: 'muted' }));
  }
  paper.skip(12);
  if (cells.length === 0) {
    paper.skip(paper.write(WORDS.noPhotos, { x: X, y: paper.y, width: INNER }, { size: 9.5 }));
    return;
  }
  for (let at = 0; at < cells.length; at += 2) {
    paper.need(HEIGHT + 32);
    for (const [column, cell] of cells.slice(at, at + 2).entries()) {
      const box = { x: X + column * (WIDTH + GAP), y: paper.y, width: WIDTH, height: HEIGHT };
      paper.box(box, { fill: 'sunken', radius: 4 });
      const image = await embed(doc, cell.photo);
      if (image === undefined) {
        const about = { x: box.x + 24, y: box.y + HEIGHT / 2 - 20, width: WIDTH - 48 };
        const why = cell.photo.bytes === undefined ? WORDS.photoToCome : WORDS.noPhoto;
        paper.write(fill(why, { title: cell.title }), about, { size: 8.5, ink: 'muted', align: 'center' });
      } else {
        const scale = Math.min(WIDTH / image.width, HEIGHT / image.height);
        const [width, height] = [image.width * scale, image.height * scale];
        const corner = { x: box.x + (WIDTH - width) / 2, y: box.y + (HEIGHT - height) / 2 };
        paper.picture(image, { ...corner, width, height });
      }
      const caption = fill(WORDS.photo, { item: cell.item, n: cell.n, id: cell.photo.id.slice(0, 32) });
      paper.write(caption, { x: box.x, y: box.y + HEIGHT + 3, width: WIDTH }, CAPTION);
    }
    paper.skip(HEIGHT + 32);
  }
}
