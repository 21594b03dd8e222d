/** Is an instrument there? Said by what it answers, with no car read and no value taken. */
import type { ScanFault } from '#shared/diagnostics/diagnostics.schema.ts';
import type { TestResult } from '#shared/rpc/attendant.contract.ts';
import { wakeAdapter } from './elm/adapter.ts';
import { AdapterLost, AdapterSilent, openSession } from './elm/elm.session.ts';
import { ScanFailed } from './elm/scan-failed.ts';
import type { OpenTextLink, TextLink } from './links/text.link.ts';

const TEST_MS = 10_000;

async function tryLink(
  open: OpenTextLink,
  connectMs: number,
  hello: (link: TextLink, signal: AbortSignal) => Promise<string>,
): Promise<TestResult> {
  const fails = (fault: ScanFault, error: unknown): TestResult => ({
    kind: 'fails',
    fault,
    said: error instanceof Error ? error.message : String(error),
  });
  let link: TextLink;
  try {
    link = await open(AbortSignal.timeout(connectMs));
  } catch (error) {
    return fails('adapter_unreachable', error);
  }
  const signal = AbortSignal.timeout(TEST_MS);
  try {
    return { kind: 'answers', said: await hello(link, signal) };
  } catch (error) {
    if (error instanceof ScanFailed) return fails(error.fault, error);
    if (error instanceof AdapterLost) return fails('adapter_lost', error);
    if (error instanceof AdapterSilent || signal.aborted) return fails('adapter_silent', error);
    throw error;
  } finally {
    link.close();
  }
}

/** How the adapter calls itself, and the voltage at it. */
export const testAdapter = (open: OpenTextLink, connectMs: number): Promise<TestResult> =>
  tryLink(open, connectMs, async (link, signal) => {
    const { name, isClone, voltageMilli } = await wakeAdapter(openSession(link, signal));
    const volts = voltageMilli === undefined ? '' : `, ${(voltageMilli / 1000).toFixed(1)} V`;
    return `${name}${isClone ? ' (clone)' : ''}${volts}`;
  });

/** A gauge speaks only when it measures: that its port opens is all there is to try. */
export const testGauge = (open: OpenTextLink, connectMs: number): Promise<TestResult> =>
  tryLink(open, connectMs, () => Promise.resolve(''));
