/** Both ways to the driver of an emulated register, for tests that must hold over either. */
import { describe } from 'vitest';
import { bindEmulated } from '#main/domains/fiscal/emulated/binding.ts';
import { bindFptr, type FptrBinding } from '#main/domains/fiscal/fptr/binding.ts';
import { buildShim } from './testing.ts';

/**
 * Declares the tests twice: through the C interface, and over TCP without it. Where there is no compiler the first are
 * skipped, which is warned of, and their title says the reason.
 */
export function describeBindings(title: string, tests: (bind: () => FptrBinding) => void): void {
  const shim = buildShim();
  const { path } = shim;
  if (path === undefined) {
    const skipped = `${title}, through the C interface: ${shim.reason}`;
    process.emitWarning(`skipped: ${skipped}`);
    describe.skip(skipped, () => tests(bindEmulated));
  } else {
    describe(`${title}, through the C interface`, () => tests(() => bindFptr(path)));
  }
  describe(`${title}, over TCP`, () => tests(bindEmulated));
}
