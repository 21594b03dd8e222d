/** The wire between the libfptr10 shim and the register; its layout is described in shim/fptr.h. */
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

/** Reads a request frame (without its length). Throws a RangeError when it is cut or of an unknown type. */
export function decodeRequest(frame: Buffer): Request {
  const nameLength = frame.readUInt8(0);
  let at = 1 + nameLength;
  const method = frame.toString('latin1', 1, at);
  const params: Param[] = [];
  const count = frame.readUInt16LE(at);
  at += 2;
  for (let index = 0; index < count; index++) {
    const type = TYPES[frame.readUInt8(at + 4)];
    if (type === undefined) throw new RangeError(`unknown param type in ${method}`);
    const length = frame.readUInt32LE(at + 6);
    if (at + 10 + length > frame.length) throw new RangeError(`cut param in ${method}`);
    params.push({
      id: frame.readInt32LE(at),
      notPrinted: (frame.readUInt8(at + 5) & NOT_PRINTED) !== 0,
      ...decodeValue(type, frame.subarray(at + 10, at + 10 + length)),
    });
    at += 10 + length;
  }
  return { method, params };
}

/** An answer frame with its length, ready for the socket. */
export function encodeAnswer(answer: Answer): Buffer {
  const text = Buffer.from(answer.text, 'utf8');
  const head = Buffer.alloc(12);
  head.writeInt32LE(answer.error, 4);
  head.writeUInt32LE(text.length, 8);
  const count = Buffer.alloc(2);
  count.writeUInt16LE(answer.params.length);
  const chunks: Buffer[] = [head, text, count];
  for (const param of answer.params) {
    const data = encodeValue(param);
    const lead = Buffer.alloc(10);
    lead.writeInt32LE(param.id);
    lead.writeUInt8(TYPES.indexOf(param.type), 4);
    lead.writeUInt32LE(data.length, 6);
    chunks.push(lead, data);
  }
  const frame = Buffer.concat(chunks);
  frame.writeUInt32LE(frame.length - 4, 0);
  return frame;
}

/** Cuts a byte stream into frames. Throws a RangeError on a length no shim would send. */
export function frameCutter(onFrame: (frame: Buffer) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= 4) {
      const size = rest.readUInt32LE(0);
      if (size > LARGEST_FRAME) throw new RangeError(`frame of ${size} bytes`);
      if (rest.length < 4 + size) return;
      const frame = rest.subarray(4, 4 + size);
      rest = rest.subarray(4 + size);
      onFrame(frame);
    }
  };
}
