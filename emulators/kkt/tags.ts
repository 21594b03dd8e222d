/** Tags of the fiscal data format (FFD 1.2) that the register writes, and their binary form in the fiscal memory. */
import { DriverError, TagType } from '#main/domains/fiscal/fptr/constants.ts';
import { KktError } from './kkt-error.ts';

/** A tag with its value: sums in kopecks, quantities in thousandths, times in seconds of the wall clock. */
export interface Tlv {
  readonly tag: number;
  readonly value: string | number | readonly Tlv[];
  /** In the fiscal memory but not on paper. */
  readonly notPrinted?: boolean;
}

interface TagInfo {
  readonly name: string;
  readonly type: number;
  readonly repeatable?: boolean;
  /** Largest length of a string, in characters. */
  readonly max?: number;
}

const { STLV, STRING, ARRAY, FVLN, BYTE, VLN, UINT_32, UNIX_TIME } = TagType;

export const TAGS: ReadonlyMap<number, TagInfo> = new Map<number, TagInfo>([
  [1008, { name: 'телефон или электронный адрес покупателя', type: STRING, max: 64 }],
  [1009, { name: 'адрес расчетов', type: STRING, max: 256 }],
  [1012, { name: 'дата, время', type: UNIX_TIME }],
  [1018, { name: 'ИНН пользователя', type: STRING, max: 12 }],
  [1020, { name: 'сумма расчета', type: VLN }],
  [1021, { name: 'кассир', type: STRING, max: 64 }],
  [1023, { name: 'количество предмета расчета', type: FVLN }],
  [1030, { name: 'наименование предмета расчета', type: STRING, max: 128 }],
  [1031, { name: 'сумма по чеку наличными', type: VLN }],
  [1037, { name: 'регистрационный номер ККТ', type: STRING, max: 20 }],
  [1038, { name: 'номер смены', type: UINT_32 }],
  [1040, { name: 'номер ФД', type: UINT_32 }],
  [1041, { name: 'номер ФН', type: STRING, max: 16 }],
  [1042, { name: 'номер чека за смену', type: UINT_32 }],
  [1043, { name: 'стоимость предмета расчета', type: VLN }],
  [1048, { name: 'наименование пользователя', type: STRING, max: 256 }],
  [1054, { name: 'признак расчета', type: BYTE }],
  [1055, { name: 'применяемая система налогообложения', type: BYTE }],
  [1059, { name: 'предмет расчета', type: STLV, repeatable: true }],
  [1060, { name: 'адрес сайта ФНС', type: STRING, max: 256 }],
  [1062, { name: 'системы налогообложения', type: BYTE }],
  [1077, { name: 'ФП документа', type: ARRAY }],
  [1079, { name: 'цена за единицу предмета расчета', type: VLN }],
  [1081, { name: 'сумма по чеку безналичными', type: VLN }],
  [1084, { name: 'дополнительный реквизит пользователя', type: STLV }],
  [1085, { name: 'наименование дополнительного реквизита пользователя', type: STRING, max: 64 }],
  [1086, { name: 'значение дополнительного реквизита пользователя', type: STRING, max: 256 }],
  [1102, { name: 'сумма НДС чека по ставке 20%', type: VLN }],
  [1103, { name: 'сумма НДС чека по ставке 10%', type: VLN }],
  [1104, { name: 'сумма расчета по чеку с НДС по ставке 0%', type: VLN }],
  [1105, { name: 'сумма расчета по чеку без НДС', type: VLN }],
  [1106, { name: 'сумма НДС чека по расч. ставке 20/120', type: VLN }],
  [1107, { name: 'сумма НДС чека по расч. ставке 10/110', type: VLN }],
  [1111, { name: 'общее количество ФД за смену', type: UINT_32 }],
  [1115, { name: 'сумма НДС чека', type: STLV }],
  [1118, { name: 'количество кассовых чеков за смену', type: UINT_32 }],
  [1119, { name: 'сумма НДС по ставке', type: STLV, repeatable: true }],
  [1120, { name: 'сумма НДС', type: VLN }],
  [1187, { name: 'место расчетов', type: STRING, max: 256 }],
  [1192, { name: 'дополнительный реквизит чека (БСО)', type: STRING, max: 16 }],
  [1199, { name: 'ставка НДС', type: BYTE }],
  [1200, { name: 'сумма НДС за предмет расчета', type: VLN }],
  [1203, { name: 'ИНН кассира', type: STRING, max: 12 }],
  [1209, { name: 'номер версии ФФД', type: BYTE }],
  [1212, { name: 'признак предмета расчета', type: BYTE }],
  [1214, { name: 'признак способа расчета', type: BYTE }],
  [1215, { name: 'сумма по чеку предоплатой', type: VLN }],
  [1216, { name: 'сумма по чеку постоплатой', type: VLN }],
  [1217, { name: 'сумма по чеку встречным представлением', type: VLN }],
  [2108, { name: 'мера количества предмета расчета', type: BYTE }],
]);

export function tagInfo(tag: number): TagInfo {
  const info = TAGS.get(tag);
  if (info === undefined) throw new KktError(DriverError.FISCAL_PROPERTY_WRITE, `Неизвестный реквизит ${tag}`);
  return info;
}

const decoder = new TextDecoder('ibm866');
const CP866 = new Map(Array.from({ length: 256 }, (_, byte) => [decoder.decode(Uint8Array.of(byte)), byte]));
const QUESTION = 0x3f;

/** Characters that the fiscal memory's code page lacks become `?`, as on the device. */
export const toCp866 = (text: string): Buffer => Buffer.from(Array.from(text, (char) => CP866.get(char) ?? QUESTION));
export const fromCp866 = (data: Uint8Array): string => decoder.decode(data);

function littleEndian(value: number, size?: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  while (size === undefined ? rest > 0n || bytes.length === 0 : bytes.length < size) {
    bytes.push(Number(rest & 0xffn));
    rest >>= 8n;
  }
  return Buffer.from(bytes);
}

const fromLittleEndian = (data: Uint8Array): number => data.reduceRight((value, byte) => value * 256 + byte, 0);

const FIXED_SIZE = new Map<number, number>([
  [BYTE, 1],
  [UINT_32, 4],
  [UNIX_TIME, 4],
]);

/** The value's bytes as the fiscal memory has them. */
export function encodeValue({ tag, value }: Tlv): Buffer {
  const { type } = tagInfo(tag);
  if (typeof value === 'object') return encodeTlvs(value);
  if (typeof value === 'string') {
    // The fiscal sign is the one string of digits kept as bytes: a two-byte prefix and a big-endian number.
    if (type !== ARRAY) return toCp866(value);
    const sign = Buffer.from([0x21, 0x04, 0, 0, 0, 0]);
    sign.writeUInt32BE(Number(value), 2);
    return sign;
  }
  if (type === FVLN) return Buffer.concat([Buffer.of(3), littleEndian(value)]);
  return littleEndian(value, FIXED_SIZE.get(type));
}

export const encodeTlvs = (tlvs: readonly Tlv[]): Buffer =>
  Buffer.concat(
    tlvs.flatMap((tlv) => {
      const data = encodeValue(tlv);
      return [littleEndian(tlv.tag, 2), littleEndian(data.length, 2), data];
    }),
  );

/** Reads tags out of bytes; error 148 when they are cut. */
export function decodeTlvs(data: Buffer): Tlv[] {
  const tlvs: Tlv[] = [];
  for (let at = 0; at < data.length; ) {
    if (at + 4 > data.length) throw new KktError(DriverError.FISCAL_PROPERTY_WRITE);
    const tag = data.readUInt16LE(at);
    const length = data.readUInt16LE(at + 2);
    const body = data.subarray(at + 4, at + 4 + length);
    if (body.length < length) throw new KktError(DriverError.FISCAL_PROPERTY_WRITE);
    tlvs.push({ tag, value: decodeValue(tag, body) });
    at += 4 + length;
  }
  return tlvs;
}

function decodeValue(tag: number, body: Buffer): Tlv['value'] {
  const { type } = tagInfo(tag);
  if (type === STLV) return decodeTlvs(body);
  if (type === STRING) return fromCp866(body);
  if (type === ARRAY) return String(body.readUInt32BE(2));
  return fromLittleEndian(type === FVLN ? body.subarray(1) : body);
}

export const findTag = (tlvs: readonly Tlv[], tag: number): Tlv | undefined => tlvs.find((tlv) => tlv.tag === tag);
export const tagText = (tlvs: readonly Tlv[], tag: number): string => {
  const value = findTag(tlvs, tag)?.value;
  return typeof value === 'string' ? value : '';
};
export const tagNumber = (tlvs: readonly Tlv[], tag: number): number => {
  const value = findTag(tlvs, tag)?.value;
  return typeof value === 'number' ? value : 0;
};
export const tagGroup = (tlv: Tlv): readonly Tlv[] => (typeof tlv.value === 'object' ? tlv.value : []);
