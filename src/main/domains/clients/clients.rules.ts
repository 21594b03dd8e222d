import type { ClientCard } from '#shared/clients/clients.schema.ts';

const fold = (text: string): string => text.normalize('NFC').toLocaleLowerCase('ru').replaceAll('ё', 'е');

/** True when every word of the text is somewhere in the name, the address or the phone, whatever its case. */
export function matchesText(card: ClientCard, text: string): boolean {
  const words = fold(text).split(/\s+/).filter(Boolean);
  const said = fold(`${card.name} ${card.registrationAddress ?? ''} ${card.phone ?? ''}`);
  return words.every((word) => said.includes(word));
}
