/** One car read from the first word to the adapter to the last code. It only reads: nothing in a car is ever cleared. */
import type { CarFinding, CarReading, DtcKind, Reading, ScanStep } from '#shared/diagnostics/diagnostics.schema.ts';
import { DTC_KINDS } from '#shared/diagnostics/diagnostics.schema.ts';
import type { OpenTextLink, TextLink } from '../links/text.link.ts';
import { isInCar } from './adapter.rules.ts';
import { wakeAdapter } from './adapter.ts';
import { askCar, type Bus, findBus } from './bus.ts';
import { AdapterLost, AdapterSilent, type ElmSession, openSession } from './elm.session.ts';
import { readCodes, readStatus, readVin } from './obd.rules.ts';
import { ScanFailed } from './scan-failed.ts';

export interface ScanLimits {
  /** To reach the adapter. */
  readonly connectMs: number;
  /** For all of it. */
  readonly totalMs: number;
}

export interface ScanOptions {
  readonly open: OpenTextLink;
  readonly limits: ScanLimits;
  readonly onStep: (step: ScanStep) => void;
  /** Ends the scan; it then throws the signal's reason. */
  readonly signal: AbortSignal;
}

const SERVICES: Readonly<Record<DtcKind, string>> = { stored: '03', pending: '07', permanent: '0A' };

/** Throws `ScanFailed`, or the reason of the signal. The link is closed in every case. */
export async function scanCar({ open, limits, onStep, signal }: ScanOptions): Promise<CarReading> {
  const whole = AbortSignal.any([signal, AbortSignal.timeout(limits.totalMs)]);
  let session: ElmSession | undefined;
  try {
    onStep('adapter');
    session = openSession(await reach(open, whole, limits.connectMs), whole);
    return await read(session, onStep);
  } catch (error) {
    signal.throwIfAborted();
    if (whole.aborted) throw new ScanFailed('too_long', 'the whole scan took too long', error);
    if (error instanceof AdapterSilent) throw new ScanFailed('adapter_silent', error.message, error);
    if (error instanceof AdapterLost) throw new ScanFailed('adapter_lost', error.message, error);
    throw error;
  } finally {
    session?.close();
  }
}

async function reach(open: OpenTextLink, whole: AbortSignal, connectMs: number): Promise<TextLink> {
  try {
    return await open(AbortSignal.any([whole, AbortSignal.timeout(connectMs)]));
  } catch (error) {
    whole.throwIfAborted();
    throw new ScanFailed('adapter_unreachable', 'nothing answers at the address of the adapter', error);
  }
}

async function read(session: ElmSession, onStep: (step: ScanStep) => void): Promise<CarReading> {
  const adapter = await wakeAdapter(session);
  if (!isInCar(adapter.voltageMilli)) throw new ScanFailed('not_plugged', `${adapter.voltageMilli} mV at the adapter`);

  onStep('bus');
  const bus = await findBus(session);
  const unanswered: Reading[] = [];

  onStep('vin');
  const vinReply = await askCar(session, bus, '0902');
  const vin = vinReply.kind === 'said' ? readVin(vinReply.messages) : undefined;
  if (vin === undefined) unanswered.push('vin');

  onStep('status');
  const statusReply = await askCar(session, bus, '0101');
  const status = statusReply.kind === 'said' ? readStatus(statusReply.messages) : undefined;
  if (status === undefined) unanswered.push('status');

  const findings = new Map<string, { kinds: Set<DtcKind>; units: Set<string> }>();
  for (const kind of DTC_KINDS) {
    onStep(kind);
    const codes = await readKind(session, bus, kind);
    if (codes === undefined) unanswered.push(kind);
    for (const [unit, ofUnit] of codes ?? []) {
      for (const code of ofUnit) {
        const finding = findings.get(code) ?? { kinds: new Set(), units: new Set() };
        finding.kinds.add(kind);
        finding.units.add(unit);
        findings.set(code, finding);
      }
    }
  }
  return {
    adapter: `${adapter.name}${adapter.isClone ? ' (clone)' : ''}`.slice(0, 80),
    protocol: bus.protocol,
    ...(adapter.voltageMilli === undefined ? {} : { voltageMilli: adapter.voltageMilli }),
    ...(vin === undefined ? {} : { vin }),
    ...(status === undefined ? {} : { lampOn: status.lampOn }),
    ready: [...(status?.ready ?? [])],
    notReady: [...(status?.notReady ?? [])],
    findings: [...findings].map(
      ([code, { kinds, units }]): CarFinding => ({ code, kinds: [...kinds], units: [...units] }),
    ),
    unanswered,
  };
}

/**
 * Codes by unit; nothing when the question could not be put. Units of the older buses keep silent when they have no
 * codes to tell, so silence there is "none" for the codes every car must tell; permanent ones are only known to newer cars.
 */
async function readKind(session: ElmSession, bus: Bus, kind: DtcKind): Promise<Map<string, string[]> | undefined> {
  const reply = await askCar(session, bus, SERVICES[kind]);
  if (reply.kind === 'said') return readCodes(reply.messages, Number.parseInt(SERVICES[kind], 16), bus.onCan);
  return reply.kind === 'nothing' && kind !== 'permanent' && !bus.onCan ? new Map() : undefined;
}
