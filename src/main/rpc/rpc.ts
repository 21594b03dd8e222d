/**
 * The contract, ready to be given handlers: `rpc.visits.start.handler(({ input, context }) => …)`. A domain exports its
 * handlers as `xProcedures(service)`; `router.ts` joins them behind the one door that checks every call.
 */
import { implement } from '@orpc/server';
import type { Mode } from '#shared/kernel/mode.ts';
import { contract } from '#shared/rpc/contract.ts';

/**
 * What the transport knows of the caller. Facts of the connection: nothing in it comes from the page.
 * A type, not an interface: oRPC wants a record, and only a type is one without an index signature.
 */
export type CallContext = {
  readonly mode: Mode;
  /** One window or one socket. */
  readonly connectionId: string;
  /** Is a member of staff signed in at this device? */
  readonly signedIn: () => boolean;
};

export const rpc = implement(contract).$context<CallContext>();
