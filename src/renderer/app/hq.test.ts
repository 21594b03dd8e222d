import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { toFault } from './error-text.ts';
import { createHq } from './hq.tsx';

const Answer = z.object({ ok: z.boolean() });
const hqWith = (answer: () => Promise<Response>) => {
  const fetch = vi.fn<typeof globalThis.fetch>(answer);
  const onSignedOut = vi.fn();
  return { hq: createHq({ fetch, onSignedOut }), fetch, onSignedOut };
};
const json = (status: number, body: unknown) => () => Promise.resolve(new Response(JSON.stringify(body), { status }));

describe('headquarters over REST', () => {
  it('asks with what is given and parses the answer', async () => {
    const { hq, fetch } = hqWith(json(200, { ok: true }));
    expect(await hq.get('/hq/orders', Answer, { q: 'масло', status: undefined })).toEqual({ ok: true });
    expect(fetch.mock.calls[0]?.[0]).toBe('/hq/orders?q=%D0%BC%D0%B0%D1%81%D0%BB%D0%BE');
  });

  it('changes and removes by the methods of HTTP, and tells which fields were refused', async () => {
    const { hq, fetch } = hqWith(json(200, { ok: true }));
    await hq.patch('/fiscal-devices/kkt-1', Answer, { name: 'У двери' });
    expect(fetch.mock.calls[0]?.[1]).toMatchObject({ method: 'PATCH', body: '{"name":"У двери"}' });
    const gone = hqWith(() => Promise.resolve(new Response(null, { status: 204 })));
    await gone.hq.remove('/fiscal-devices/kkt-1');
    expect(gone.fetch.mock.calls[0]?.[1]).toMatchObject({ method: 'DELETE' });
    const issues = [{ path: 'kktIp', message: 'must not be the address of another register' }];
    const refused = hqWith(json(409, { code: 'fiscal.address_taken', issues }));
    const fault = await refused.hq.post('/fiscal-devices', Answer, {}).catch((error: unknown) => error);
    expect(toFault(fault)).toMatchObject({ code: 'fiscal.address_taken', issues });
  });

  it('reads the code of a problem', async () => {
    const { hq, onSignedOut } = hqWith(json(429, { code: 'auth.locked', ref: 'r-1' }));
    await expect(hq.post('/auth/sign-in', Answer, {})).rejects.toMatchObject({
      code: 'auth.locked',
      details: { ref: 'r-1' },
    });
    expect(onSignedOut).not.toHaveBeenCalled();
  });

  it.each(['auth.unauthorized', 'auth.session_expired'])('tells when the session is gone: %s', async (code) => {
    const { hq, onSignedOut } = hqWith(json(401, { code }));
    await expect(hq.get('/hq/summary', Answer)).rejects.toMatchObject({ code });
    expect(onSignedOut).toHaveBeenCalledOnce();
  });

  it.each([
    ['nothing answers', () => Promise.reject(new TypeError('fetch failed')), 'device.server_unreachable'],
    ['a proxy answers', () => Promise.resolve(new Response('<html>', { status: 502 })), 'device.server_unreachable'],
    ['a stranger answers', () => Promise.resolve(new Response('no', { status: 418 })), 'app.internal'],
  ] as const)('%s', async (_, answer, code) => {
    await expect(hqWith(answer).hq.get('/hq/summary', Answer)).rejects.toMatchObject({ code });
  });

  it('refuses an answer that is not what was agreed', async () => {
    await expect(hqWith(json(200, { ok: 'yes' })).hq.get('/x', Answer)).rejects.toThrow(z.ZodError);
  });
});
