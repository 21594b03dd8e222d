import { afterEach, expect, test } from 'vitest';
import { onStopSignal } from './stop-signal.ts';

let letGo: () => void = () => undefined;
afterEach(() => letGo());

function listen() {
  const told: string[] = [];
  const clock = { now: 0 };
  letGo = onStopSignal({ stop: (signal) => told.push(signal), hurry: () => told.push('hurry') }, () => clock.now);
  return { told, clock };
}

test('one Ctrl+C that the terminal, npm and a parent tell is one wish', () => {
  const { told, clock } = listen();
  process.emit('SIGINT', 'SIGINT');
  process.emit('SIGINT', 'SIGINT');
  clock.now += 900;
  process.emit('SIGTERM', 'SIGTERM');
  expect(told).toEqual(['SIGINT']);
});

test('whoever asks again later does not want to wait', () => {
  const { told, clock } = listen();
  process.emit('SIGTERM', 'SIGTERM');
  clock.now += 1001;
  process.emit('SIGINT', 'SIGINT');
  expect(told).toEqual(['SIGTERM', 'hurry']);
});

test('who let go hears nothing', () => {
  const { told } = listen();
  letGo();
  process.emit('SIGTERM', 'SIGTERM');
  expect(told).toEqual([]);
});
