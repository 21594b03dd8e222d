/** Attacks on the bridge from inside the page. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { PORT_CHANNEL, PORT_REQUEST } from '#shared/rpc/port.ts';

const { sent, exposed } = vi.hoisted(() => ({ sent: [] as unknown[][], exposed: [] as [string, object][] }));
vi.mock('electron', () => ({
  ipcRenderer: { postMessage: (...args: unknown[]) => sent.push(args) },
  contextBridge: { exposeInMainWorld: (name: string, value: object) => exposed.push([name, value]) },
}));

const ORIGIN = 'prilavok://app';
const port = { name: 'port' };
let page: EventTarget;

/** A message that reaches the page's window. */
function post(facts: { data?: unknown; origin?: string; source?: unknown; ports?: unknown[] } = {}): void {
  const message = { data: PORT_REQUEST, origin: ORIGIN, source: page, ports: [port], ...facts };
  page.dispatchEvent(Object.assign(new Event('message'), message));
}

beforeEach(async () => {
  sent.length = 0;
  exposed.length = 0;
  page = Object.assign(new EventTarget(), { location: { origin: ORIGIN } });
  vi.stubGlobal('window', page);
  vi.resetModules();
  await import('../../src/preload/preload.ts');
});

describe('the preload', () => {
  it('hands over one port, once', () => {
    post();
    post({ ports: [{ name: 'another' }] });
    expect(sent).toEqual([[PORT_CHANNEL, null, [port]]]);
  });

  it('takes nothing from a frame, from another origin, or without a port', () => {
    post({ source: new EventTarget() });
    post({ source: null });
    post({ origin: 'https://evil.example' });
    post({ data: { type: PORT_REQUEST } });
    post({ data: 'something else' });
    post({ ports: [] });
    expect(sent).toEqual([]);
  });

  it('still listens after a refused message', () => {
    post({ origin: 'https://evil.example' });
    post();
    expect(sent).toHaveLength(1);
  });

  it('shows the page the name of its shell, and nothing that can be called or changed', () => {
    expect(exposed).toEqual([['prilavok', { shell: 'electron' }]]);
    expect(exposed.every(([, value]) => Object.isFrozen(value))).toBe(true);
  });
});
