/** What is read out of a car, and how far the reading has come. Words for it are in `dtc/`. */
import { z } from 'zod';
import { Millis } from '../kernel/schemas.ts';

/** Five characters of SAE J2012: `P0420`. */
export const DtcCode = z.string().regex(/^[PCBU][0-3][0-9A-F]{3}$/, 'must look like P0420');

/** Confirmed and lit the lamp; seen once, not confirmed yet; kept until the car itself has seen the repair. */
export const DTC_KINDS = ['stored', 'pending', 'permanent'] as const;
export const DtcKind = z.enum(DTC_KINDS);
export type DtcKind = z.infer<typeof DtcKind>;

export const CarFinding = z.object({
  code: DtcCode,
  kinds: z.array(DtcKind).min(1),
  /** Addresses of the control units that told of it, as on the bus: `7E8`. */
  units: z.array(z.string()),
});
export type CarFinding = z.infer<typeof CarFinding>;

/** Self-checks that a car makes as it is driven, SAE J1979. */
export const MONITORS = [
  'misfire',
  'fuel_system',
  'components',
  'catalyst',
  'heated_catalyst',
  'evaporation',
  'secondary_air',
  'gasoline_filter',
  'oxygen_sensor',
  'oxygen_heater',
  'egr',
  'hydrocarbon_catalyst',
  'nox_treatment',
  'boost',
  'exhaust_sensor',
  'particulate_filter',
] as const;
export const Monitor = z.enum(MONITORS);
export type Monitor = z.infer<typeof Monitor>;

/** Parts of a reading that a car or an adapter may not be able to give. */
export const READINGS = ['vin', 'status', 'stored', 'pending', 'permanent'] as const;
export const Reading = z.enum(READINGS);
export type Reading = z.infer<typeof Reading>;

export const CarReading = z.object({
  /** As the adapter calls itself: `ELM327 v1.5`. */
  adapter: z.string().max(80),
  /** Number of the bus protocol as ELM counts them, `1`…`9`. */
  protocol: z.string().length(1),
  /** Volts of the on-board network in thousandths. */
  voltageMilli: z.int().min(0).optional(),
  vin: z.string().length(17).optional(),
  /** Is the engine lamp on? Absent where no unit said. */
  lampOn: z.boolean().optional(),
  ready: z.array(Monitor),
  notReady: z.array(Monitor),
  findings: z.array(CarFinding),
  /** What was asked and not answered: a list of findings without these is not a clean car. */
  unanswered: z.array(Reading),
});
export type CarReading = z.infer<typeof CarReading>;

/** Steps of a scan in their order. */
export const SCAN_STEPS = ['adapter', 'bus', ...READINGS] as const;
export const ScanStep = z.enum(SCAN_STEPS);
export type ScanStep = z.infer<typeof ScanStep>;

/** Why a scan gave nothing; each has its own sentence and its own remedy on the screen. */
export const SCAN_FAULTS = [
  'adapter_unreachable',
  'adapter_silent',
  'adapter_lost',
  'adapter_foreign',
  'not_plugged',
  'no_car',
  'bus_fault',
  'bus_unsupported',
  'too_long',
  'interrupted',
] as const;
export const ScanFault = z.enum(SCAN_FAULTS);
export type ScanFault = z.infer<typeof ScanFault>;

export const ScanState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('running'), step: ScanStep }),
  z.object({ state: z.literal('done'), finishedAt: Millis, reading: CarReading }),
  z.object({ state: z.literal('failed'), finishedAt: Millis, fault: ScanFault }),
  z.object({ state: z.literal('cancelled'), finishedAt: Millis }),
]);
export type ScanState = z.infer<typeof ScanState>;

export const Scan = z.intersection(z.object({ id: z.string(), visitId: z.string(), startedAt: Millis }), ScanState);
export type Scan = z.infer<typeof Scan>;
