/** Cars as data: what each of their control units would tell. */

export interface Unit {
  /** Address in eleven bits, `7E8`…`7EF`; on other buses the address that belongs to it. */
  readonly address: number;
  readonly vin?: string;
  readonly lamp: boolean;
  /** Bytes B, C, D of service 01 PID 01: which self-checks there are, and which are not done. */
  readonly monitors: readonly [b: number, c: number, d: number];
  readonly stored: readonly string[];
  readonly pending: readonly string[];
  /** Absent where the unit is too old to know the service. */
  readonly permanent?: readonly string[];
}

export interface Car {
  /** As ELM numbers it, `1`…`9`. */
  readonly protocol: '1' | '2' | '3' | '5' | '6' | '7' | '8' | '9';
  readonly ignition: boolean;
  readonly units: readonly Unit[];
}

const ENGINE: Unit = {
  address: 0x7e8,
  vin: 'XTA21099043576182',
  lamp: false,
  monitors: [0x07, 0xe5, 0x00],
  stored: [],
  pending: [],
  permanent: [],
};
const ON_CAN: Car = { protocol: '6', ignition: true, units: [ENGINE] };
const { vin: _vin, ...NAMELESS } = ENGINE;
const { permanent: _permanent, ...OLD } = ENGINE;

const TWELVE = [
  'P0100',
  'P0115',
  'P0130',
  'P0171',
  'P0300',
  'P0301',
  'P0302',
  'P0335',
  'P0340',
  'P0420',
  'P0442',
  'P0500',
];

export const CARS = {
  clean: ON_CAN,
  faulty: {
    ...ON_CAN,
    units: [
      {
        ...ENGINE,
        lamp: true,
        monitors: [0x07, 0xe5, 0x21],
        stored: ['P0300', 'P0420'],
        pending: ['P0301'],
        permanent: ['P0420'],
      },
    ],
  },
  pending: { ...ON_CAN, units: [{ ...ENGINE, pending: ['P0171'] }] },
  permanent: { ...ON_CAN, units: [{ ...ENGINE, monitors: [0x07, 0xe5, 0xe5], permanent: ['P0442'] }] },
  three_units: {
    ...ON_CAN,
    protocol: '7',
    units: [
      { ...ENGINE, lamp: true, stored: ['P0171', 'P0174', 'P2187', 'P0455'] },
      { ...NAMELESS, address: 0x7e9, stored: ['P0741'] },
      { ...NAMELESS, address: 0x7ef, stored: ['U0121', 'C0035'], pending: ['U0121'] },
    ],
  },
  many: {
    ...ON_CAN,
    units: [
      { ...ENGINE, lamp: true, stored: TWELVE },
      { ...NAMELESS, address: 0x7e9, stored: ['P0700', 'P0715', 'P0720'] },
    ],
  },
  k_line: {
    protocol: '3',
    ignition: true,
    units: [
      {
        ...OLD,
        lamp: true,
        monitors: [0x07, 0x65, 0x00],
        stored: ['P0102', 'P0113', 'P0335', 'P0505'],
        pending: ['P0102'],
      },
    ],
  },
  kwp: { protocol: '5', ignition: true, units: [{ ...OLD, stored: ['P0443'] }] },
  j1850: { protocol: '2', ignition: true, units: [{ ...OLD, lamp: true, stored: ['P0141', 'P1345'] }] },
  diesel: { ...ON_CAN, protocol: '8', units: [{ ...ENGINE, monitors: [0x0f, 0xeb, 0x40], pending: ['P2463'] }] },
  no_vin: { ...ON_CAN, units: [{ ...NAMELESS, stored: ['P0420'], lamp: true }] },
  ignition_off: { ...ON_CAN, ignition: false },
} as const satisfies Record<string, Car>;
export type CarName = keyof typeof CARS;
