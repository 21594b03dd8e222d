/** Everything about a device that an installer may set. Secrets are not settings: they go to the secret store. */
import { z } from 'zod';
import { areNorms } from '#shared/diagnostics/thickness.rules.ts';
import { MODES, Mode } from '#shared/kernel/mode.ts';
import { INSTRUMENT_ADDRESS } from '../domains/diagnostics/links/address.rules.ts';
import { LOG_LEVELS, type LogLevel } from '../log/log.ts';
import { setting, type ValuesOf } from './setting.ts';

const Ms = (min: number, max: number) => z.int().min(min).max(max);
const Port = z.int().min(1).max(65_535);
const HttpUrl = z.url({ protocol: /^https?$/ });
const Text = z.string().min(1).max(1024);
const MINUTE = 60_000;
const Micrometres = z.int().min(0).max(5000);
const InstrumentAddress = z
  .string()
  .regex(INSTRUMENT_ADDRESS)
  .describe('an address as 192.168.0.10:35000, or a serial port as /dev/ttyUSB0@38400');

export const DEVICE_SETTINGS = {
  mode: setting<Mode>(Mode, MODES[0], 'What the device is: its screens, and the calls they may make.'),
  environment: setting<'DEV' | 'PROD'>(
    z.enum(['DEV', 'PROD']),
    'PROD',
    'DEV brings the payment provider that confirms by itself. It is never built in PROD.',
    { envAlias: 'AGENT_ENV' },
  ),
  dataDir: setting(Text, '.data/device', 'Folder of the database, the log and the secrets. One device to a folder.'),
  host: setting<'127.0.0.1' | '::1' | 'localhost'>(
    z.enum(['127.0.0.1', '::1', 'localhost']),
    '127.0.0.1',
    'Loopback address of the browser shell and the local API. No other address is possible.',
  ),
  port: setting(
    z.int().min(0).max(65_535),
    3000,
    'Port of the browser shell and the local API. 0 takes any that is free and prints it.',
    { envAlias: 'PORT' },
  ),
  serverUrl: setting<string | undefined>(
    HttpUrl.optional(),
    undefined,
    'Sync server. When set it wins over the one the device was enrolled with.',
    { flagAlias: 'server' },
  ),
  updateUrl: setting<string | undefined>(
    HttpUrl.optional(),
    undefined,
    'Installed program on Windows and macOS: folder of a web server with new versions, as the packager wrote them. A new one is begun when nobody is served.',
  ),
  supportContact: setting<string | undefined>(
    z.string().trim().min(1).max(64).optional(),
    undefined,
    'Telephone or e-mail of whoever helps when the device does not: guests of a kiosk are shown it beside a fault.',
  ),
  screen: {
    browser: setting<string | undefined>(
      Text.optional(),
      undefined,
      'Browser shell: path of a Chromium that the device opens its screens in, and begins anew when it crashes or hangs. Without one the printed address is opened by hand.',
    ),
    arguments: setting(
      z.string().max(1024),
      '',
      'Further arguments of that browser, parted by spaces; on the command line after an equals sign, as `--screen-arguments=--force-dark-mode`.',
    ),
  },
  log: {
    level: setting<LogLevel>(z.enum(LOG_LEVELS), 'info', 'Least important lines that are written.'),
  },
  fiscal: {
    driver: setting<'libfptr' | 'emulated'>(
      z.enum(['libfptr', 'emulated']),
      'libfptr',
      "How registers are reached: the vendor's library, or straight over TCP, which only an emulated register understands. PROD refuses the latter.",
    ),
    libraryPath: setting<string | undefined>(
      Text.optional(),
      undefined,
      "Path of the register driver's library. When absent it is looked for where its installer puts it.",
    ),
    pollMs: setting(Ms(500, MINUTE), 4000, 'How often the server is asked for fiscal tasks when it has none waiting.'),
    queueMs: setting(Ms(100, MINUTE), 1000, 'How often the queue of fiscal documents is looked at.'),
    statusMs: setting(Ms(1000, 10 * MINUTE), 15_000, 'How often the register is asked for its state.'),
    kkt: {
      ip: setting<string | undefined>(
        Text.optional(),
        undefined,
        'Address of the register. When set it wins over the address in a task.',
      ),
      port: setting<number | undefined>(
        Port.optional(),
        undefined,
        'TCP port of the register. Set together with its address.',
      ),
    },
  },
  desk: {
    discountLimitPercent: setting(
      z.int().min(0).max(100),
      10,
      'Discount of a receipt, in percent of its full price, above which a supervisor has to allow the sale.',
    ),
    voidLimitMinor: setting(
      z.int().min(0).max(1_000_000_000),
      100_000,
      'Sum taken off one receipt (removed lines, cleared or deleted receipts), in kopecks, above which a supervisor has to allow it.',
    ),
  },
  manager: {
    offlineDays: setting(
      z.int().min(1).max(365),
      30,
      'Days without a word of the server after which files of clients may be read on this laptop and not changed.',
    ),
  },
  currency: {
    pollSeconds: setting(
      z.int().min(1).max(3600),
      5,
      'How often, in seconds, a listening currency desk asks for commands of a phone when no hint came.',
    ),
    autoConfirmSales: setting<boolean>(
      z.boolean(),
      false,
      'Whether sales by command are confirmed by themselves, until a person at the desk chooses otherwise.',
    ),
    autoConfirmMaxUsd: setting(
      z.int().min(0).max(1_000_000),
      500,
      'Sum in US dollars above which a person is asked all the same.',
    ),
  },
  blobs: {
    rateKiBps: setting(
      z.int().min(0).max(1_048_576),
      1024,
      'Bound of the traffic of photos and documents, each way, in KiB a second. 0 sets none.',
    ),
    cacheMiB: setting(
      z.int().min(16).max(1_048_576),
      1024,
      'Room for photos and documents that the server has too. The longest unused make room; what only this device has always stays.',
    ),
  },
  visits: {
    defaultTtlMs: setting(Ms(MINUTE, 24 * 60 * MINUTE), 60 * MINUTE, 'How long a visit lives when nobody ends it.'),
  },
  diagnostics: {
    adapter: setting<string | undefined>(
      InstrumentAddress.optional(),
      undefined,
      'OBD adapter (ELM327): `192.168.0.10:35000`, or a serial port as `/dev/ttyUSB0@38400`.',
    ),
    connectMs: setting(Ms(500, MINUTE), 5000, 'How long the adapter may take to answer a call.'),
    totalMs: setting(Ms(5000, 10 * MINUTE), MINUTE, 'How long a whole scan may take.'),
  },
  thickness: {
    gauge: setting<string | undefined>(
      InstrumentAddress.optional(),
      undefined,
      'Thickness gauge: an address or a serial port, as of the adapter. Without one values are typed.',
    ),
    factoryFrom: setting(Micrometres, 80, 'Micrometres of paint below which it counts as polished through.'),
    factoryTo: setting(Micrometres, 160, 'Micrometres of paint up to which it counts as the factory’s.'),
    repaintTo: setting(
      Micrometres,
      300,
      'Micrometres of paint up to which it counts as a second coat, above as filler.',
    ),
  },
  backup: {
    everyHours: setting(
      z.int().min(0).max(720),
      24,
      'Hours between the copies that the device makes of itself in its data folder, while nobody is at it. 0: none.',
    ),
    keep: setting(z.int().min(1).max(30), 3, 'How many of these copies stay.'),
  },
  retention: {
    guestHours: setting(
      z.int().min(0).max(720),
      24,
      'Hours after the end of a visit that the device still knows who the guest was. 0: until the server has all of it.',
    ),
    paymentHours: setting(z.int().min(1).max(720), 1, 'Hours that a payment which came to nothing is kept.'),
    auditDays: setting(z.int().min(1).max(3650), 90, 'Days that the audit log is kept.'),
    reportDays: setting(z.int().min(1).max(3650), 30, 'Days that reports for guests are kept.'),
  },
  reports: {
    printer: setting<string | undefined>(
      Text.optional(),
      undefined,
      'Queue of the system printer (CUPS; on Windows a printer) that reports are printed on. Without one printing is not offered.',
    ),
    publicUrl: setting<string | undefined>(
      HttpUrl.optional(),
      undefined,
      'Where guests reach the server, for the code on a report. Without it the address that this device uses.',
    ),
  },
  photos: {
    printer: setting<string | undefined>(
      Text.optional(),
      undefined,
      'Queue of the system printer (CUPS; on Windows a printer) that photos are printed on, with sheets of 10×15 cm. Without one the staff print them.',
    ),
  },
  payments: {
    provider: setting<'dev' | 'yookassa' | undefined>(
      z.enum(['dev', 'yookassa']).optional(),
      undefined,
      'Who takes money at a kiosk: YooKassa through the server, or in DEV a provider that confirms by itself. Without it the latter in DEV.',
    ),
    pollMs: setting(Ms(200, MINUTE), 1000, 'How often a waiting payment is looked at while no screen asks.'),
    dev: {
      autoConfirmDelayMs: setting(Ms(0, 10 * MINUTE), 2000, 'DEV: after how long a payment confirms by itself.'),
      manualMode: setting<boolean>(z.boolean(), false, 'DEV: payments wait to be confirmed by hand.'),
    },
  },
};

export type DeviceConfig = ValuesOf<typeof DEVICE_SETTINGS>;

/** Rules between settings: what is wrong, by key. */
export function checkDeviceConfig(config: DeviceConfig): readonly (readonly [key: string, message: string])[] {
  const wrong: (readonly [string, string])[] = [];
  const { kkt, driver } = config.fiscal;
  if (driver === 'emulated' && config.environment === 'PROD') {
    wrong.push(['fiscal.driver', 'is emulated in PROD: what an emulated register prints is no receipt']);
  }
  if (config.payments.provider === 'dev' && config.environment === 'PROD') {
    wrong.push(['payments.provider', 'is dev in PROD: nobody would pay']);
  }
  if (kkt.ip === undefined && kkt.port !== undefined) wrong.push(['fiscal.kkt.port', 'is set without fiscal.kkt.ip']);
  if (kkt.ip !== undefined && kkt.port === undefined) wrong.push(['fiscal.kkt.ip', 'is set without fiscal.kkt.port']);
  if (!areNorms(config.thickness)) wrong.push(['thickness.factoryTo', 'must lie between factoryFrom and repaintTo']);
  return wrong;
}
