/** What a manager has seen of a file, in one text: versions of its parts, so that a new photo is no reason to refuse a phone. */
import type { ClientFile } from './client-file.ts';

export type FilePart = 'client' | 'passport' | 'appliances';
const PARTS: readonly FilePart[] = ['client', 'passport', 'appliances'];

type Versions = Pick<ClientFile, 'ver'>;

export const etagOf = ({ ver }: Versions): string => `"${PARTS.map((part) => ver[part]).join('.')}"`;

/** Whether a part is other than `ifMatch` says it was. Nothing said, or `*`, is any. What cannot be read is stale. */
export function isStale({ ver }: Versions, part: FilePart, ifMatch: string | undefined): boolean {
  if (ifMatch === undefined || ifMatch.trim() === '*') return false;
  const [, text] = /^\s*(?:W\/)?"([\d.]+)"\s*$/.exec(ifMatch) ?? [];
  return text?.split('.')[PARTS.indexOf(part)] !== `${ver[part]}`;
}
