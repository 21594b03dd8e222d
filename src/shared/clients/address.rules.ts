/** An address of registration: one line in the file and in a contract, fields on a screen. */
import { z } from 'zod';

/** In the order in which a line says them. */
export const ADDRESS_PARTS = ['postal', 'region', 'city', 'street', 'house', 'apartment'] as const;
export type AddressPart = (typeof ADDRESS_PARTS)[number];
const Part = z.string().trim().max(128);
export const AddressParts = z.strictObject({
  postal: Part,
  region: Part,
  city: Part,
  street: Part,
  house: Part,
  apartment: Part,
});
/** Empty strings where nothing is said. */
export type AddressParts = z.infer<typeof AddressParts>;

export const NO_ADDRESS: AddressParts = { postal: '', region: '', city: '', street: '', house: '', apartment: '' };

/** Words begin and end where letters do: `\b` of JavaScript knows Latin ones only. */
const word = (words: string): RegExp => new RegExp(`(?:^|[\\s.])(?:${words})(?=$|[\\s.])`, 'iu');
const REGION = word('область|обл|край|республика|респ|округ|ао|район|р-н');
const CITY = word('г|гор|город|п|пос|посёлок|поселок|пгт|рп|с|село|дер|деревня|станица|ст-ца|хутор|аул');
const STREET = word(
  'ул|улица|пр-т|пр-кт|просп|проспект|пер|переулок|б-р|бульвар|ш|шоссе|наб|набережная|пл|площадь|мкр|мкр-н|микрорайон|проезд|пр-д|туп|тупик|аллея|линия|кв-л|квартал|тракт|дорога',
);
const HOUSE =
  /^(?:д|дом|вл|владение|уч|участок|зд|здание)\.?\s*\d|^(?:к|корп|корпус|стр|строение|лит|литера)\.?\s*[\dа-яё]/iu;
const APARTMENT = /^(?:кв|квартира|комн|комната|оф|офис|пом|помещение)\.?\s*\d/iu;
const VILLAGE = /^д\.?\s+\p{Lu}/u;

/** Which part a piece between two commas says; by its words, or else by what was said before it. */
function partOf(piece: string, said: AddressParts): AddressPart {
  if (/^\d{6}$/.test(piece)) return 'postal';
  if (APARTMENT.test(piece)) return 'apartment';
  if (HOUSE.test(piece)) return 'house';
  if (VILLAGE.test(piece)) return 'city';
  if (STREET.test(piece)) return 'street';
  if (CITY.test(piece)) return 'city';
  if (REGION.test(piece)) return 'region';
  if (said.street !== '' && /^\d/.test(piece)) return said.house === '' ? 'house' : 'apartment';
  if (said.city === '') return 'city';
  return said.street === '' ? 'street' : 'house';
}

/** How a part that is one piece and says no more than its name is begun; left out of its field on a screen. */
const PREFIX: Readonly<Partial<Record<AddressPart, string>>> = {
  city: 'г. ',
  street: 'ул. ',
  house: 'д. ',
  apartment: 'кв. ',
};
/** A house and a flat that have no number are something else, and are left as they are. */
const takesPrefix = (part: AddressPart, value: string): boolean => {
  if (value.includes(',')) return false;
  if (part === 'city') return !CITY.test(value) && !VILLAGE.test(value);
  if (part === 'street') return !STREET.test(value);
  return (part === 'house' || part === 'apartment') && /^\d/.test(value);
};

/** Fields of a line. Nothing of it is lost: what cannot be told apart goes with what was said before it. */
export function splitAddress(line: string): AddressParts {
  const parts: Record<AddressPart, string> = { ...NO_ADDRESS };
  for (const piece of line
    .split(',')
    .map((one) => one.trim().replaceAll(/\s+/g, ' '))
    .filter(Boolean)) {
    const part = partOf(piece, parts);
    parts[part] = parts[part] === '' ? piece : `${parts[part]}, ${piece}`;
  }
  for (const part of ADDRESS_PARTS) {
    const prefix = PREFIX[part] ?? '';
    const bare = prefix !== '' && parts[part].startsWith(prefix) ? parts[part].slice(prefix.length) : '';
    // Left out only where joining puts the same one back.
    if (bare !== '' && takesPrefix(part, bare)) parts[part] = bare;
  }
  return parts;
}

/** `г. Москва, ул. Тверская, д. 5, кв. 10`. The inverse of `splitAddress`, up to spaces. */
export const joinAddress = (parts: AddressParts): string =>
  ADDRESS_PARTS.flatMap((part) => {
    const value = parts[part].trim().replaceAll(/\s+/g, ' ');
    if (value === '') return [];
    return [takesPrefix(part, value) ? `${PREFIX[part] ?? ''}${value}` : value];
  }).join(', ');

/** Parts that an address must have and this one lacks: a city alone says nowhere (AM-04). */
export function missingInAddress(line: string): AddressPart[] {
  const parts = splitAddress(line);
  return (['city', 'street'] as const).filter((part) => parts[part] === '');
}
