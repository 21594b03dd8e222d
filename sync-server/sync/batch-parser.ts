/**
 * The JSON of a batch. What must be looked for in it - text that PostgreSQL refuses, a key that reaches into a prototype -
 * is written with an escape or stands there by its name, so a body with neither needs no walk through its members.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** A NUL and half of a surrogate pair can be written in JSON by an escape only; a key may be written so, too. */
const ESCAPE = '\\u';
const PROTOTYPE_KEYS = ['"__proto__"', '"constructor"'] as const;

const plain = new WeakSet<FastifyRequest>();

/** Whether every text of the body is known to be storable (`isStorable`). */
export const isPlain = (request: FastifyRequest): boolean => plain.has(request);

export function addBatchParser(app: FastifyInstance): void {
  const careful = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, text, done) => {
    if (text.includes(ESCAPE) || PROTOTYPE_KEYS.some((key) => text.includes(key))) return careful(request, text, done);
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      // It says what is wrong in Fastify's words.
      return careful(request, text, done);
    }
    plain.add(request);
    done(null, body);
  });
}
