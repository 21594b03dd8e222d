/** A refusal of the driver: its number (`LIBFPTR_ERROR_*`) and its own words. */
export class FptrError extends Error {
  override readonly name = 'FptrError';
  readonly code: number;
  readonly text: string;
  constructor(code: number, text: string, options?: { cause?: unknown }) {
    super(`${code}: ${text}`, options);
    this.code = code;
    this.text = text;
  }
}
