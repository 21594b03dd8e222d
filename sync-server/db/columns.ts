/** Column types that every table shares. */
import { bigint } from 'drizzle-orm/pg-core';

/** Unix milliseconds, minor units of money, or a counter: exact in a JavaScript number up to 2^53. */
export const int8 = (name: string) => bigint(name, { mode: 'number' });
