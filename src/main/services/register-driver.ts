/** Which driver of registers a device works with. */
import type { DeviceConfig } from '#main/config/device-settings.ts';
import { bindEmulated } from '#main/domains/fiscal/emulated/binding.ts';
import type { Driver } from '#main/domains/fiscal/fiscal.runtime.ts';
import { loadFptrLibrary } from '#main/domains/fiscal/fptr/library.ts';
import { openFptrRegister } from '#main/domains/fiscal/fptr/register.ts';

/** The vendor's driver, if this machine has one. A till starts and sells on without it: its receipts wait. */
export async function openDriver(
  { driver, libraryPath }: DeviceConfig['fiscal'],
  timeZone: () => string,
): Promise<Driver> {
  if (driver === 'emulated') return { open: openFptrRegister({ binding: bindEmulated(), timeZone }) };
  const library = await loadFptrLibrary({
    platform: process.platform,
    ...(libraryPath === undefined ? {} : { libraryPath }),
  });
  if (!library.available) return { open: undefined, reason: library.reason };
  return { open: openFptrRegister({ binding: library.binding, timeZone }) };
}
