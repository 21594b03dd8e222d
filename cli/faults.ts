/** The command itself is wrong: nothing was done. */
export class Usage extends Error {
  override readonly name = 'Usage';
  readonly usage: string;
  constructor(message: string, usage: string) {
    super(message);
    this.usage = usage;
  }
}

/** The device, or a person, said no. */
export class Refused extends Error {
  override readonly name = 'Refused';
}
