/** Attacks on the only door between a page and the device core. */
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { os, type RouterClient } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import type { MessagePortMain } from 'electron';
import { afterEach, describe, expect, it } from 'vitest';
import { createMemoryLog } from '#main/log/log.ts';
import { openPortDoor } from '#main/shell/electron/rpc-port.ts';
import { checkSender } from '#main/shell/electron/sender.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import { PORT_CHANNEL } from '#shared/rpc/port.ts';
import { electronDouble, type FrameFacts, ipcEvent, portPair } from './electron-double.ts';

const WINDOW = 1;
const modeOf = (id: number): Mode | undefined => (id === WINDOW ? 'cashier' : undefined);

const router = { whoami: os.$context<{ mode: Mode }>().handler(({ context }) => context.mode) };
const pairs: { close(): void }[] = [];
afterEach(() => {
  for (const port of pairs.splice(0)) port.close();
});

function setUp() {
  const { electron, ipc } = electronDouble();
  const served: Mode[] = [];
  const log = createMemoryLog();
  openPortDoor({
    ipcMain: electron.ipcMain,
    modeOf,
    log,
    serve: (port: MessagePortMain, mode) => {
      served.push(mode);
      new RPCHandler<{ mode: Mode }>(router).upgrade(port, { context: { mode } });
    },
  });
  const knock = (frame: FrameFacts | null, id = WINDOW, count = 1) => {
    const ends = Array.from({ length: count }, portPair);
    for (const { page } of ends) pairs.push(page);
    const closed = ends.map(({ page }) => new Promise<void>((resolve) => page.once('close', resolve)));
    ipc.emit(
      PORT_CHANNEL,
      ipcEvent(
        id,
        frame,
        ends.map(({ main }) => main),
      ),
    );
    return { ends, closed, page: ends[0]?.page };
  };
  return { knock, served, log };
}

const clientOn = (port: NonNullable<ReturnType<ReturnType<typeof setUp>['knock']>['page']>) =>
  createORPCClient<RouterClient<typeof router>>(new RPCLink({ port: port as never }));

describe('the sender', () => {
  it('is trusted as the main frame of our own page in our own window', () => {
    expect(checkSender(ipcEvent(WINDOW, {}, []), modeOf)).toEqual({ trusted: true, mode: 'cashier' });
  });

  it.each<[string, FrameFacts | null, number, string]>([
    ['a frame that has gone', null, WINDOW, 'frame_gone'],
    ['a frame taken out of its page', { detached: true }, WINDOW, 'frame_gone'],
    ['a sub-frame, though of our origin', { parent: {} }, WINDOW, 'sub_frame'],
    ['another site', { url: 'https://evil.example/' }, WINDOW, 'foreign_origin'],
    ['a host that begins with ours', { url: 'prilavok://app.evil/cashier/' }, WINDOW, 'foreign_origin'],
    ['our name as a user name', { url: 'prilavok://app@evil/' }, WINDOW, 'foreign_origin'],
    ['a file', { url: 'file:///prilavok://app/' }, WINDOW, 'foreign_origin'],
    ['an empty page', { url: 'about:blank' }, WINDOW, 'foreign_origin'],
    ['no address', { url: '' }, WINDOW, 'foreign_origin'],
    ['a window that we did not open', {}, 99, 'unknown_window'],
  ])('is refused as %s', (_name, frame, id, why) => {
    expect(checkSender(ipcEvent(id, frame, []), modeOf)).toEqual({ trusted: false, why });
  });
});

describe('the port', () => {
  it('carries calls, and the mode is the window’s', async () => {
    const { knock, served } = setUp();
    const { page } = knock({});
    expect(await clientOn(page!).whoami()).toBe('cashier');
    expect(served).toEqual(['cashier']);
  });

  it.each<[string, FrameFacts | null, number, number]>([
    ['from a sub-frame', { parent: {} }, WINDOW, 1],
    ['from another origin', { url: 'prilavok://app.evil/' }, WINDOW, 1],
    ['from a frame that has gone', null, WINDOW, 1],
    ['from an unknown window', {}, 2, 1],
    ['when two come at once', {}, WINDOW, 2],
  ])('is closed and never served %s', async (_name, frame, id, count) => {
    const { knock, served, log } = setUp();
    const { closed, ends } = knock(frame, id, count);
    await Promise.all(closed);
    expect(served).toEqual([]);
    expect(ends.some(({ started }) => started())).toBe(false);
    expect(log.tail()).toEqual([expect.objectContaining({ level: 'warn', message: 'port refused' })]);
  });

  it('does nothing on a message without a port', () => {
    const { knock, served } = setUp();
    knock({}, WINDOW, 0);
    expect(served).toEqual([]);
  });

  it('ends with the page: the next one of the window replaces it', async () => {
    const { knock } = setUp();
    const first = knock({});
    expect(await clientOn(first.page!).whoami()).toBe('cashier');
    const second = knock({});
    await Promise.all(first.closed);
    expect(await clientOn(second.page!).whoami()).toBe('cashier');
  });
});
