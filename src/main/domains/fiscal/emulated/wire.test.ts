import { describe, expect, test } from 'vitest';
import { decodeAnswer, decodeRequest, encodeAnswer, encodeRequest, frameCutter, type Request } from './wire.ts';

const request: Request = {
  method: 'registration',
  params: [
    { id: 1030, type: 'string', value: 'Кофе ☕', notPrinted: false },
    { id: 1084, type: 'bytes', value: Buffer.from([1, 0, 2]), notPrinted: true },
    { id: 65_000, type: 'double', value: -0.1, notPrinted: false },
  ],
};

describe('what comes in pieces', () => {
  test('is whole again, however it was cut, and says what it keeps', () => {
    const stream = Buffer.concat([encodeRequest(request), encodeRequest({ method: 'hello', params: [] })]);
    for (const size of [1, 3, 50, stream.length]) {
      const frames: Buffer[] = [];
      const cut = frameCutter((frame) => frames.push(frame));
      let kept = 0;
      for (let at = 0; at < stream.length; at += size) kept = cut(stream.subarray(at, at + size));
      expect(frames.map(decodeRequest)).toEqual([request, { method: 'hello', params: [] }]);
      expect(kept).toBe(0);
      expect(cut(stream.subarray(0, 7))).toBe(7);
    }
  });

  test('is not waited for when it says that it is huge', () => {
    const cut = frameCutter(() => undefined);
    expect(() => cut(Buffer.from([1, 0, 0, 4]))).toThrow(RangeError);
  });
});

test.each([
  ['cut in its last param', (frame: Buffer) => frame.subarray(0, -1)],
  ['cut in its name', (frame: Buffer) => frame.subarray(0, 4)],
  ['longer than its params', (frame: Buffer) => Buffer.concat([frame, Buffer.from([0])])],
  ['of a type that there is not', (frame: Buffer) => frame.fill(6, 1 + 'registration'.length + 2 + 4, 20)],
])('a request %s is not guessed at', (_name, spoil) => {
  const frame = encodeRequest(request).subarray(4);
  expect(() => decodeRequest(spoil(frame))).toThrow(RangeError);
});

test('an answer carries its error, its words and its params', () => {
  const answer = { error: -1, text: 'Нет связи', params: request.params };
  expect(decodeAnswer(encodeAnswer(answer).subarray(4))).toEqual(answer);
});
