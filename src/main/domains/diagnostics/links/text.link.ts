/** The wire to an instrument: characters there, characters back. TCP and serial are two of it, tests bring a third. */

export interface TextLink {
  write(text: string): void;
  /** One listener at a time; what comes while there is none is lost, as on a real wire. */
  onText(listener: (text: string) => void): void;
  /** Called once, when the other side has gone. */
  onClose(listener: () => void): void;
  close(): void;
}

/** Rejects with the system's error when there is nothing at the address, and with the signal's reason when it aborts. */
export type OpenTextLink = (signal: AbortSignal) => Promise<TextLink>;
