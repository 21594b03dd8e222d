import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createEcho } from './echo.ts';

const SHOP = 'shop:1';
const wake = vi.fn<() => void>();
beforeEach(() => {
  vi.useFakeTimers();
  wake.mockClear();
});
afterEach(() => vi.useRealTimers());

test('what others did is fetched at once, what we did a little later and once', async () => {
  const echo = createEcho({ wake }, () => 0.5);
  await echo.during(async () => {
    echo.heard(SHOP, 7);
    return await Promise.resolve({ [SHOP]: 7 });
  });
  echo.heard(SHOP, 7);
  expect(wake).not.toHaveBeenCalled();
  vi.advanceTimersByTime(100);
  expect(wake).toHaveBeenCalledTimes(1);
  echo.heard(SHOP, 8);
  expect(wake).toHaveBeenCalledTimes(2);
});

test('what others did during a push is fetched at its end', async () => {
  const echo = createEcho({ wake }, () => 0.5);
  await echo.during(async () => {
    echo.heard(SHOP, 8);
    expect(wake).not.toHaveBeenCalled();
    return await Promise.resolve({ [SHOP]: 7 });
  });
  expect(wake).toHaveBeenCalledTimes(1);
});

test('I20 a push that does not end, or fails, keeps nobody from hearing of others for long', async () => {
  const echo = createEcho({ wake }, () => 0.5);
  const failing = echo.during(async () => {
    echo.heard(SHOP, 8);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(wake).toHaveBeenCalledTimes(1);
    echo.heard(SHOP, 9);
    throw new Error('no line');
  });
  await expect(failing).rejects.toThrow('no line');
  await vi.advanceTimersByTimeAsync(30_000);
  expect(wake).toHaveBeenCalledTimes(2);
});

test('after a long push, one of many after an outage, the others are let push before it fetches', async () => {
  const echo = createEcho({ wake }, () => 0.5);
  await echo.during(async () => {
    echo.heard(SHOP, 8);
    await vi.advanceTimersByTimeAsync(8000);
    return { [SHOP]: 9 };
  });
  echo.heard(SHOP, 10);
  await vi.advanceTimersByTimeAsync(7900);
  expect(wake).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(100);
  expect(wake).toHaveBeenCalledTimes(1);
  echo.heard(SHOP, 11);
  expect(wake).toHaveBeenCalledTimes(2);
});
