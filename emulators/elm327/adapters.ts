/** Adapters as data: an honest one, and what is sold in markets. */

export interface AdapterTraits {
  /** What it calls itself. */
  readonly banner: string;
  /** Commands it answers with `?`. */
  readonly lacks: readonly string[];
  /** Before each answer. */
  readonly answerMs: number;
  /** Looking for a bus. */
  readonly searchMs: number;
  /** Millivolts at the plug. */
  readonly voltageMilli: number;
  /** Repeats every command whatever it is told. */
  readonly echoes: boolean;
  /** Sets blanks between bytes whatever it is told. */
  readonly spaces: boolean;
  /** Adds bytes that mean nothing. */
  readonly noise: boolean;
  /** Its own search finds no bus; one that is named works. */
  readonly blindSearch: boolean;
  /** Most frames of one answer it can hold. */
  readonly bufferFrames: number;
  /** Answers `STOPPED` to the first request of a car. */
  readonly stumbles: boolean;
  /** Loses the last frame of this many answers that have several. */
  readonly losesFrames: number;
  /** Closes the link instead of answering this command. */
  readonly dropsAt?: string;
  /** Says nothing from this command on. */
  readonly muteFrom?: string;
  /** Says nothing to the first command. */
  readonly sleeps: boolean;
  /** Instead of everything. */
  readonly foreign?: string;
}

const HONEST: AdapterTraits = {
  banner: 'ELM327 v2.2',
  lacks: [],
  answerMs: 2,
  searchMs: 40,
  voltageMilli: 12_300,
  echoes: false,
  spaces: false,
  noise: false,
  blindSearch: false,
  bufferFrames: 64,
  stumbles: false,
  losesFrames: 0,
  sleeps: false,
};

export const ADAPTERS = {
  honest: HONEST,
  clone: { ...HONEST, banner: 'ELM327 v1.5', lacks: ['0A', 'ATAT1', 'ATAMC'] },
  liar: { ...HONEST, banner: 'ELM327 v2.1', lacks: ['ATAMC', 'ATS0'], spaces: true },
  slow: { ...HONEST, answerMs: 100, searchMs: 800 },
  echo_stuck: { ...HONEST, echoes: true, lacks: ['ATE0'] },
  no_headers: { ...HONEST, lacks: ['ATH1'] },
  garbage: { ...HONEST, noise: true },
  blind: { ...HONEST, blindSearch: true },
  small_buffer: { ...HONEST, bufferFrames: 4 },
  stumbling: { ...HONEST, stumbles: true, losesFrames: 1 },
  sleepy: { ...HONEST, sleeps: true },
  lossy: { ...HONEST, losesFrames: 1000 },
  drops: { ...HONEST, dropsAt: '07' },
  mute: { ...HONEST, muteFrom: 'ATZ' },
  mute_midway: { ...HONEST, muteFrom: '0101' },
  foreign: { ...HONEST, foreign: 'HTTP/1.1 400 Bad Request' },
  unplugged: { ...HONEST, voltageMilli: 300 },
} as const satisfies Record<string, AdapterTraits>;
export type AdapterName = keyof typeof ADAPTERS;
