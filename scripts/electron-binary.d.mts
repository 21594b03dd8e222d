export interface ElectronBinary {
  /** The executable, where there is one. */
  readonly path?: string;
  /** Why there is none, and how to get it: one line. */
  readonly why?: string;
}
export function electronBinary(env?: Readonly<Record<string, string | undefined>>): ElectronBinary;
