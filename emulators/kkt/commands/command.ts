/** What a driver method is to the register. Throws KktError to refuse, LinkDropped to vanish. */
import type { Device } from '../device.ts';
import type { Inputs, Outputs } from '../params.ts';

export type Command = (device: Device, inputs: Inputs, out: Outputs, method: string) => void;
export type Commands = Readonly<Record<string, Command>>;
