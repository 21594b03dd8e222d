/** The car's bus, found: by the adapter's own search, and by trying what a poor copy's search passes over. */
import { askAdapter } from './adapter.ts';
import { type AdapterFault, type Answer, hexLines } from './answer.rules.ts';
import type { ElmSession } from './elm.session.ts';
import {
  assemble,
  type FrameFormat,
  guessFormat,
  isCan,
  type Message,
  PROTOCOLS,
  readProtocol,
} from './frames.rules.ts';
import { answersTo, isRefused } from './obd.rules.ts';
import { ScanFailed } from './scan-failed.ts';

export interface Bus {
  /** As ELM numbers it, `1`…`9`. */
  readonly protocol: string;
  readonly format: FrameFormat;
  /** Whether a count stands before the codes: CAN does so, whether or not its headers are seen. */
  readonly onCan: boolean;
  /** Addresses of the units that answer at all. */
  readonly units: readonly string[];
}

/** The search wakes slow buses one after another: a five-baud start alone takes two and a half seconds. */
const SEARCH_MS = 12_000;
const TRY_MS = 6000;
const REQUEST_MS = 6000;
/** Commonest in cars first. */
const BY_HAND = ['6', '8', '7', '9', '5', '4', '3', '2', '1'] as const;
const TRIES = 3;
const PASSING: readonly AdapterFault[] = ['stopped', 'data_error', 'can_error', 'bus_busy', 'bus_error', 'buffer_full'];
const DISTURBED: readonly AdapterFault[] = ['can_error', 'bus_error', 'data_error'];
/** Which units speak: every car that speaks at all answers this. */
const SUPPORTED = '0100';

/** Throws `ScanFailed`: `no_car` when no bus answers, `bus_fault` when one does but not in words, `bus_unsupported`. */
export async function findBus(session: ElmSession): Promise<Bus> {
  await askAdapter(session, 'ATSP0');
  const seen = new Set<AdapterFault>();
  const found = await tryBus(session, SEARCH_MS, seen);
  if (found) return found;
  // Only the search tells a disturbed bus from a sleeping one: a bus chosen by hand where none is gives CAN ERROR too.
  const isDisturbed = DISTURBED.some((fault) => seen.has(fault));
  for (const protocol of BY_HAND) {
    if ((await askAdapter(session, `ATTP${protocol}`)).faults.includes('unknown_command')) break;
    const tried = await tryBus(session, TRY_MS, seen, protocol);
    if (tried) return tried;
  }
  throw new ScanFailed(isDisturbed ? 'bus_fault' : 'no_car', `no bus answers: ${[...seen].join(', ')}`);
}

async function tryBus(
  session: ElmSession,
  timeoutMs: number,
  seen: Set<AdapterFault>,
  asked?: string,
): Promise<Bus | undefined> {
  let answer = await askAdapter(session, SUPPORTED, timeoutMs);
  if (answer.faults.includes('stopped')) answer = await askAdapter(session, SUPPORTED, timeoutMs);
  for (const fault of answer.faults) seen.add(fault);
  const lines = hexLines(answer);
  if (lines.length === 0) return undefined;
  const [said = ''] = (await askAdapter(session, 'ATDPN')).lines;
  const protocol = asked ?? readProtocol(said) ?? '';
  if (protocol !== '' && PROTOCOLS[protocol] === undefined) {
    throw new ScanFailed('bus_unsupported', `protocol ${protocol} is not OBD-II`);
  }
  const guessed = guessFormat(lines);
  const format = guessed === 'bare' ? 'bare' : (PROTOCOLS[protocol] ?? guessed);
  if (format === undefined) return undefined;
  const { messages } = assemble(lines, format);
  const units = [...new Set(answersTo(messages, 0x01).map(({ unit }) => unit))];
  if (units.length === 0) return undefined;
  const known = protocol === '' ? (format === 'legacy' ? '3' : '6') : protocol;
  return { protocol: known, format, onCan: isCan(PROTOCOLS[known] ?? format), units };
}

export type Reply =
  | { readonly kind: 'said'; readonly messages: readonly Message[] }
  /** Nobody has anything to say: the car does not know the service, or has nothing under it. */
  | { readonly kind: 'nothing' }
  /** Asked as often as is decent, and no whole answer came. */
  | { readonly kind: 'failed'; readonly faults: readonly AdapterFault[] };

/** Asks all units of the car. An answer that lost a part on its way is asked for again, never shown by halves. */
export async function askCar(session: ElmSession, bus: Bus, request: string): Promise<Reply> {
  const service = Number.parseInt(request.slice(0, 2), 16);
  let faults: readonly AdapterFault[] = [];
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const answer = await askAdapter(session, request, REQUEST_MS);
    faults = answer.faults;
    if (faults.includes('buffer_full') && bus.format === 'can11') return askOneByOne(session, bus, request);
    const { messages, broken } = assemble(hexLines(answer), bus.format);
    if (broken.length > 0 || faults.some((fault) => PASSING.includes(fault))) continue;
    const said = answersTo(messages, service);
    if (said.length > 0) return { kind: 'said', messages: said };
    if (faults.includes('no_data') || faults.includes('unknown_command') || isRefused(messages, service)) {
      return { kind: 'nothing' };
    }
  }
  return { kind: 'failed', faults };
}

/** The answers of all units together are more than a small adapter holds: each is let through alone. */
async function askOneByOne(session: ElmSession, bus: Bus, request: string): Promise<Reply> {
  const service = Number.parseInt(request.slice(0, 2), 16);
  const messages: Message[] = [];
  try {
    for (const unit of bus.units) {
      await askAdapter(session, `ATCRA${unit}`);
      const answer: Answer = await askAdapter(session, request, REQUEST_MS);
      const got = assemble(hexLines(answer), bus.format);
      if (got.broken.length > 0 || answer.faults.some((fault) => PASSING.includes(fault))) {
        return { kind: 'failed', faults: answer.faults };
      }
      messages.push(...answersTo(got.messages, service));
    }
  } finally {
    await askAdapter(session, 'ATAR');
  }
  return messages.length === 0 ? { kind: 'nothing' } : { kind: 'said', messages };
}
