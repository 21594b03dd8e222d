/** Every method the register obeys. One that is not here is answered with error 11. */
import { closingCommands } from './closing.ts';
import type { Command } from './command.ts';
import { fnQueryCommands } from './fn-queries.ts';
import { kktQueryCommands } from './kkt-queries.ts';
import { printingCommands } from './printing.ts';
import { receiptCommands } from './receipts.ts';
import { recordCommands } from './records.ts';
import { shiftCommands } from './shifts.ts';

const ALL: ReadonlyMap<string, Command> = new Map(
  [
    receiptCommands,
    closingCommands,
    shiftCommands,
    kktQueryCommands,
    fnQueryCommands,
    recordCommands,
    printingCommands,
  ].flatMap((group) => Object.entries(group)),
);

export const commandOf = (method: string): Command | undefined => ALL.get(method);
