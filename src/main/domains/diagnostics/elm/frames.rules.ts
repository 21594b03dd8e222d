/** Lines of a car's answer become whole messages of its control units: ISO 15765-2 on CAN, one line a message before it. */

export interface Message {
  /** Address of the unit as on the bus, `7E8`, `10`; `car` where the adapter hides it. */
  readonly unit: string;
  /** From the service byte on: `43 01 …`. */
  readonly bytes: readonly number[];
}

/** How lines are written: CAN with headers of 3 or 8 digits, the older buses with three bytes, or no header at all. */
export type FrameFormat = 'can11' | 'can29' | 'legacy' | 'bare';

export interface Assembled {
  readonly messages: readonly Message[];
  /** Units whose message lost a part on its way. */
  readonly broken: readonly string[];
}

/** Protocols as ELM numbers them. A is SAE J1939: trucks, another language altogether. */
export const PROTOCOLS: Readonly<Record<string, Exclude<FrameFormat, 'bare'>>> = {
  1: 'legacy',
  2: 'legacy',
  3: 'legacy',
  4: 'legacy',
  5: 'legacy',
  6: 'can11',
  7: 'can29',
  8: 'can11',
  9: 'can29',
};

export const isCan = (format: FrameFormat): boolean => format === 'can11' || format === 'can29';

/** The protocol of `ATDPN`: an `A` in front says that it was found by search. `0` is none yet. */
export const readProtocol = (text: string): string | undefined => /^A?([1-9A-C])$/.exec(text.trim())?.[1];

/** The format as the lines themselves show it, for adapters that cannot name their protocol. */
export function guessFormat(lines: readonly string[]): FrameFormat | undefined {
  const [line] = lines.filter((one) => !one.includes(':'));
  if (line === undefined) return lines.length > 0 ? 'bare' : undefined;
  if (/^7E[89A-F]/.test(line) && line.length % 2 === 1 && line.length > 3) return 'can11';
  if (line.startsWith('18DAF1')) return 'can29';
  if (/^(4[18]6B|8\dF1|C\dF1)/.test(line)) return 'legacy';
  return 'bare';
}

const toBytes = (hex: string): number[] =>
  Array.from({ length: Math.floor(hex.length / 2) }, (_, index) =>
    Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16),
  );

/** @param lines hexadecimal without blanks, in the order they came. */
export function assemble(lines: readonly string[], format: FrameFormat): Assembled {
  switch (format) {
    case 'can11':
      return assembleCan(lines, 3);
    case 'can29':
      return assembleCan(lines, 8);
    case 'legacy':
      return { messages: lines.flatMap(readLegacy), broken: [] };
    case 'bare':
      return assembleBare(lines);
  }
}

/** Three bytes of header (the third is the sender), data, one byte of checksum. */
function readLegacy(line: string): Message[] {
  if (line.length < 10 || line.length % 2 !== 0) return [];
  return [{ unit: line.slice(4, 6), bytes: toBytes(line.slice(6, -2)) }];
}

interface Part {
  length: number;
  bytes: number[];
  next: number;
}

/** Frames of several units come interleaved; within a unit they must count 1, 2, … 15, 0, 1. */
function assembleCan(lines: readonly string[], headerDigits: 3 | 8): Assembled {
  const messages: Message[] = [];
  const parts = new Map<string, Part>();
  const broken = new Set<string>();
  for (const line of lines) {
    if (line.length < headerDigits + 4 || (line.length - headerDigits) % 2 !== 0) continue;
    const header = line.slice(0, headerDigits);
    const unit = headerDigits === 3 ? header : header.slice(-2);
    const [control = 0, ...data] = toBytes(line.slice(headerDigits));
    const kind = control >> 4;
    const low = control & 0x0f;
    if (kind === 0 && low > 0) {
      if (data.length >= low) messages.push({ unit, bytes: data.slice(0, low) });
      else broken.add(unit);
    } else if (kind === 1) {
      if (parts.has(unit)) broken.add(unit);
      const [more = 0, ...first] = data;
      parts.set(unit, { length: (low << 8) | more, bytes: first, next: 1 });
    } else if (kind === 2) {
      const part = parts.get(unit);
      if (part?.next !== low) {
        broken.add(unit);
        parts.delete(unit);
        continue;
      }
      part.bytes.push(...data);
      part.next = (low + 1) % 16;
      if (part.bytes.length >= part.length) {
        messages.push({ unit, bytes: part.bytes.slice(0, part.length) });
        parts.delete(unit);
      }
    }
  }
  for (const unit of parts.keys()) broken.add(unit);
  return { messages, broken: [...broken] };
}

/** Without headers the adapter numbers the lines itself: `014`, `0:4902…`, `1:…`. One unit at a time can be told apart. */
function assembleBare(lines: readonly string[]): Assembled {
  const messages: Message[] = [];
  let length: number | undefined;
  let bytes: number[] = [];
  let next = 0;
  let isBroken = false;
  const flush = () => {
    if (length === undefined) return;
    if (bytes.length >= length) messages.push({ unit: 'car', bytes: bytes.slice(0, length) });
    else isBroken = true;
    length = undefined;
  };
  for (const line of lines) {
    const [, at, hex = ''] = /^([0-9A-F]):([0-9A-F]*)$/.exec(line) ?? [];
    if (at !== undefined) {
      if (Number.parseInt(at, 16) !== next) isBroken = true;
      else bytes.push(...toBytes(hex));
      next = (next + 1) % 16;
      if (length !== undefined && bytes.length >= length) flush();
    } else if (line.length === 3) {
      flush();
      length = Number.parseInt(line, 16);
      bytes = [];
      next = 0;
    } else if (line.length % 2 === 0) {
      messages.push({ unit: 'car', bytes: toBytes(line) });
    }
  }
  flush();
  return { messages, broken: isBroken ? ['car'] : [] };
}
