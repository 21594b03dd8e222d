/** An adapter made ready: woken, named, told to be terse, its voltage read. */
import { type AdapterIdentity, claimsVersion2, identifyAdapter, readVoltage } from './adapter.rules.ts';
import { type Answer, readAnswer } from './answer.rules.ts';
import { AdapterSilent, type ElmSession } from './elm.session.ts';
import { ScanFailed } from './scan-failed.ts';

export interface Adapter extends AdapterIdentity {
  readonly voltageMilli?: number;
}

/** A reset takes a real chip about a second, slow copies three. */
const RESET_MS = 3500;
const SETTING_MS = 2000;

/**
 * No echo, no line feeds, no blanks, headers (units must be told apart), adaptive timing. A copy that refuses one of
 * them is read all the same: the reader drops echoes and blanks, and reads lines without headers.
 */
const SETTINGS = ['ATE0', 'ATL0', 'ATS0', 'ATH1', 'ATAT1'] as const;

export const askAdapter = async (session: ElmSession, command: string, timeoutMs = SETTING_MS): Promise<Answer> =>
  readAnswer(await session.ask(command, timeoutMs), command);

/** The first word often only wakes an adapter that sleeps to save the battery. */
async function wake(session: ElmSession): Promise<Answer> {
  try {
    return await askAdapter(session, 'ATZ', RESET_MS);
  } catch (error) {
    if (!(error instanceof AdapterSilent)) throw error;
    return askAdapter(session, 'ATZ', RESET_MS);
  }
}

/** Throws `ScanFailed` with `adapter_foreign` when something else answers at the address. */
export async function wakeAdapter(session: ElmSession): Promise<Adapter> {
  const reset = await wake(session);
  const named = identifyAdapter(reset.lines) ?? identifyAdapter((await askAdapter(session, 'ATI')).lines);
  if (named === undefined) throw new ScanFailed('adapter_foreign', 'what answers is not an ELM327');
  for (const setting of SETTINGS) await askAdapter(session, setting);
  const lies = claimsVersion2(named) && (await askAdapter(session, 'ATAMC')).faults.includes('unknown_command');
  const voltageMilli = readVoltage((await askAdapter(session, 'ATRV')).lines);
  return {
    name: named.name,
    isClone: named.isClone || lies,
    ...(voltageMilli === undefined ? {} : { voltageMilli }),
  };
}
