/** Values that all of `/api/manager` has: roubles, and texts that may be missing. */
import { z } from 'zod';
import { isRoubles } from '../kernel/money.ts';

/** Roubles with at most two decimals. */
export const Roubles = z.number().min(0).refine(isRoubles, 'must be roubles with at most two decimals');

export const Text = z.string().nullable();
