import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { isStorable } from '#shared/sync/storable.ts';
import { addBatchParser, isPlain } from './batch-parser.ts';

async function read(payload: string) {
  const app = Fastify();
  await app.register(async (inner) => {
    addBatchParser(inner);
    inner.post('/', async (request) => ({ body: request.body, plain: isPlain(request) }));
  });
  const answer = await app.inject({
    method: 'POST',
    url: '/',
    headers: { 'content-type': 'application/json' },
    payload,
  });
  return { status: answer.statusCode, ...answer.json<{ readonly body: unknown; readonly plain: boolean }>() };
}

test.each(['{"name":"Диагностика 😀","n":[1,2.5,null]}', '{"a":"tab\\tand \\\\ and \\""}', '[]'])(
  'what has no escape of a code unit is known to be storable: %s',
  async (text) => {
    const { body, plain } = await read(text);
    expect(body).toEqual(JSON.parse(text));
    expect(plain).toBe(true);
    expect(isStorable(body)).toBe(true);
  },
);

test.each([
  ['a NUL', '{"a":["x\\u0000"]}'],
  ['half of a surrogate pair', '{"a":"\\uD83D"}'],
  ['a NUL in a key', '{"\\u0000":1}'],
])('%s can only be written with an escape, and what has one is not taken for storable', async (_, text) => {
  const { body, plain } = await read(text);
  expect(body).toEqual(JSON.parse(text));
  expect(isStorable(body)).toBe(false);
  expect(plain).toBe(false);
});

test.each([
  ['by its name', '{"a":{"__proto__":{"admin":true}}}'],
  ['by an escape', '{"a":{"\\u005f_proto__":{"admin":true}}}'],
  ['by its constructor', '{"constructor":{"prototype":{"admin":true}}}'],
])('a body that reaches into a prototype is refused: %s', async (_, text) => {
  expect((await read(text)).status).toBe(400);
});

test.each(['{"a":', '', '{"a":1}}'])('what is no JSON is refused as everywhere: "%s"', async (text) => {
  expect((await read(text)).status).toBe(400);
});
