/**
 * The wire of the emulated register, both ends of it; its layout is described in emulators/kkt/shim/fptr.h. It lives
 * with the device because the emulator may know the product and the product may not know the emulator.
 */
import type { WallTime } from '#shared/kernel/wall-time.ts';

export type ParamValue =
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'int'; readonly value: number }
  | { readonly type: 'double'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'datetime'; readonly value: WallTime }
  | { readonly type: 'bytes'; readonly value: Buffer };

export type Param = ParamValue & { readonly id: number; readonly notPrinted: boolean };

export interface Request {
  readonly method: string;
  readonly params: readonly Param[];
}

export interface Answer {
  readonly error: number;
  readonly text: string;
  readonly params: readonly Param[];
}

/** Ids of the link itself (shim/fptr.h): they never reach the caller of the driver. */
export const PrivateParam = {
  LAST_DOCUMENT: 0x7f000001,
  VERSION: 0x7f000002,
  BEGUN_AFTER: 0x7f000003,
  BEGUN_KIND: 0x7f000004,
} as const;

const TYPES = ['bool', 'int', 'double', 'string', 'datetime', 'bytes'] as const;
const NOT_PRINTED = 1;
const PARAM_HEAD = 10;
const LARGEST_FRAME = 64 * 1024 * 1024;

function encodeValue(param: ParamValue): Buffer {
  switch (param.type) {
    case 'bool':
      return Buffer.from([param.value ? 1 : 0]);
    case 'int': {
      const data = Buffer.alloc(4);
      data.writeUInt32LE(param.value >>> 0);
      return data;
    }
    case 'double': {
      const data = Buffer.alloc(8);
      data.writeDoubleLE(param.value);
      return data;
    }
    case 'string':
      return Buffer.from(param.value, 'utf8');
    case 'datetime': {
      const { year, month, day, hour, minute, second } = param.value;
      const data = Buffer.alloc(24);
      for (const [index, field] of [year, month, day, hour, minute, second].entries()) {
        data.writeInt32LE(field, index * 4);
      }
      return data;
    }
    case 'bytes':
      return param.value;
  }
}

function decodeValue(type: (typeof TYPES)[number], data: Buffer): ParamValue {
  switch (type) {
    case 'bool':
      return { type, value: data.readUInt8() !== 0 };
    case 'int':
      return { type, value: data.readUInt32LE() };
    case 'double':
      return { type, value: data.readDoubleLE() };
    case 'string':
      return { type, value: data.toString('utf8') };
    case 'datetime': {
      const field = (index: number): number => data.readInt32LE(index * 4);
      return {
        type,
        value: {
          year: field(0),
          month: field(1),
          day: field(2),
          hour: field(3),
          minute: field(4),
          second: field(5),
        },
      };
    }
    case 'bytes':
      return { type, value: Buffer.from(data) };
  }
}

function encodeParams(params: readonly Param[]): Buffer {
  const count = Buffer.alloc(2);
  count.writeUInt16LE(params.length);
  const chunks: Buffer[] = [count];
  for (const param of params) {
    const data = encodeValue(param);
    const head = Buffer.alloc(PARAM_HEAD);
    head.writeInt32LE(param.id);
    head.writeUInt8(TYPES.indexOf(param.type), 4);
    head.writeUInt8(param.notPrinted ? NOT_PRINTED : 0, 5);
    head.writeUInt32LE(data.length, 6);
    chunks.push(head, data);
  }
  return Buffer.concat(chunks);
}

function decodeParams(data: Buffer): Param[] {
  const params: Param[] = [];
  const count = data.readUInt16LE(0);
  let at = 2;
  for (let index = 0; index < count; index++) {
    const type = TYPES[data.readUInt8(at + 4)];
    if (type === undefined) throw new RangeError(`param ${index} is of an unknown type`);
    const from = at + PARAM_HEAD;
    const end = from + data.readUInt32LE(at + 6);
    if (end > data.length) throw new RangeError(`param ${index} is cut`);
    params.push({
      id: data.readInt32LE(at),
      notPrinted: (data.readUInt8(at + 5) & NOT_PRINTED) !== 0,
      ...decodeValue(type, data.subarray(from, end)),
    });
    at = end;
  }
  if (at !== data.length) throw new RangeError(`${data.length - at} bytes after the last param`);
  return params;
}

/** A frame with its length, ready for the socket. */
function frameOf(...chunks: readonly Buffer[]): Buffer {
  const frame = Buffer.concat([Buffer.alloc(4), ...chunks]);
  frame.writeUInt32LE(frame.length - 4, 0);
  return frame;
}

/** A request frame with its length. */
export function encodeRequest({ method, params }: Request): Buffer {
  const name = Buffer.from(method, 'latin1');
  return frameOf(Buffer.from([name.length]), name, encodeParams(params));
}

/** Reads a request frame (without its length). Throws a RangeError when it is cut or of an unknown type. */
export function decodeRequest(frame: Buffer): Request {
  const end = 1 + frame.readUInt8(0);
  return { method: frame.toString('latin1', 1, end), params: decodeParams(frame.subarray(end)) };
}

/** An answer frame with its length. */
export function encodeAnswer({ error, text, params }: Answer): Buffer {
  const words = Buffer.from(text, 'utf8');
  const head = Buffer.alloc(8);
  head.writeInt32LE(error, 0);
  head.writeUInt32LE(words.length, 4);
  return frameOf(head, words, encodeParams(params));
}

/** Reads an answer frame (without its length). Throws a RangeError when it is cut or of an unknown type. */
export function decodeAnswer(frame: Buffer): Answer {
  const end = 8 + frame.readUInt32LE(4);
  return {
    error: frame.readInt32LE(0),
    text: frame.toString('utf8', 8, end),
    params: decodeParams(frame.subarray(end)),
  };
}

/**
 * Cuts a byte stream into frames; the answer is how many bytes of a frame still to come are kept. Throws a RangeError
 * on a length that neither side would send.
 */
export function frameCutter(onFrame: (frame: Buffer) => void): (chunk: Buffer) => number {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= 4) {
      const size = rest.readUInt32LE(0);
      if (size > LARGEST_FRAME) throw new RangeError(`frame of ${size} bytes`);
      if (rest.length < 4 + size) break;
      const frame = rest.subarray(4, 4 + size);
      rest = rest.subarray(4 + size);
      onFrame(frame);
    }
    return rest.length;
  };
}
