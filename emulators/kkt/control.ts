/**
 * What `npm run emulator:kkt -- fault …` and its like do: speak to a register that runs already, through its page.
 * Says in one line what the register is like afterwards.
 */
import { parseArgs } from 'node:util';
import { CannotStart, readArguments } from '../instrument/cli.ts';
import { FAULT_POINTS } from './faults.ts';

export const CONTROL_USAGE = [
  'fault  PAGE POINT [--times N] [--seconds S] [--method NAME] [--when now|before|after]',
  'faults PAGE',
  'clear  PAGE',
  'paper  PAGE in|out',
  'ofd    PAGE on|off',
  'clock  PAGE SECONDS',
].join('\n       ');

/** The register did not answer, or refused. */
export class ControlRefused extends Error {
  override readonly name = 'ControlRefused';
}

interface Ask {
  readonly path: string;
  /** Posted as JSON; asked for when absent. */
  readonly body?: unknown;
}

const oneOf = <T>(what: string, word: string | undefined, allowed: Readonly<Record<string, T>>): T => {
  const known = word !== undefined && Object.hasOwn(allowed, word) ? allowed[word] : undefined;
  if (known === undefined)
    throw new CannotStart(`${what} is "${word ?? ''}", allowed: ${Object.keys(allowed).join(', ')}`);
  return known;
};

const number = (name: string, text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new CannotStart(`${name} is "${text}", allowed: a number`);
  return value;
};

interface Words {
  readonly word: string | undefined;
  readonly options: Readonly<Record<string, string | undefined>>;
}

const points = Object.fromEntries(FAULT_POINTS.map((point) => [point, point]));

const COMMANDS: Readonly<Record<string, (words: Words) => Ask>> = {
  fault: ({ word, options: { times, seconds, method, when } }) => ({
    path: '/faults',
    body: {
      point: oneOf('the point', word, points),
      ...(times === undefined ? {} : { times: number('--times', times) }),
      ...(seconds === undefined ? {} : { seconds: number('--seconds', seconds) }),
      ...(method === undefined ? {} : { method }),
      ...(when === undefined ? {} : { when }),
    },
  }),
  faults: () => ({ path: '/state' }),
  clear: () => ({ path: '/faults/clear', body: {} }),
  paper: ({ word }) => ({ path: '/paper', body: { present: oneOf('paper', word, { in: true, out: false }) } }),
  ofd: ({ word }) => ({ path: '/ofd', body: { online: oneOf('ofd', word, { on: true, off: false }) } }),
  clock: ({ word }) => ({ path: '/clock', body: { offsetSeconds: number('the offset in seconds', word ?? '') } }),
};

export const isControl = (command: string | undefined): boolean =>
  command !== undefined && Object.hasOwn(COMMANDS, command);

/** A port, or the address that the register's ready line named. */
function pageOf(text: string | undefined): string {
  if (text !== undefined && /^\d{1,5}$/.test(text)) return `http://127.0.0.1:${text}`;
  if (text !== undefined && URL.canParse(text)) return new URL(text).origin;
  throw new CannotStart(`the register is "${text ?? ''}", allowed: the port or the address of its page`);
}

const STATE = ['paper', 'ofdOnline', 'unsent', 'clock', 'faults'] as const;

/** Throws CannotStart and ControlRefused. The answer is the line to print. */
export async function control(argv: readonly string[]): Promise<string> {
  const { positionals, values } = readWords(argv);
  const [command, register, word, ...rest] = positionals;
  const ask = oneOf('the command', command, COMMANDS)({ word, options: values });
  const page = pageOf(register);
  if (rest.length > 0) throw new CannotStart(`"${rest.join(' ')}" is too much`);
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(ask.body) };
  const response = await fetch(page + ask.path, ask.body === undefined ? {} : post).catch((cause: unknown) => {
    throw new ControlRefused(`no register's page answers at ${page} (its driver has another port)`, { cause });
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new ControlRefused(`the register refuses: ${String(answer['error'])}`);
  return JSON.stringify(Object.fromEntries(STATE.map((key) => [key, answer[key]])));
}

function readWords(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  // A clock that is behind: not an option, whatever it begins with.
  const isNegative = (word: string): boolean => /^-\d+$/.test(word);
  return readArguments(() =>
    parseArgs({
      args: [...argv.filter((word) => !isNegative(word)), '--', ...argv.filter(isNegative)],
      allowPositionals: true,
      options: { times: text, seconds: text, method: text, when: text },
    }),
  );
}
