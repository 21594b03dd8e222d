/** Joins the procedures of all domains behind the door. Leaving one out does not compile. */
import { createRouterClient, type Router } from '@orpc/server';
import type { Contract, DeviceClient } from '#shared/rpc/contract.ts';
import { createDoor, type DoorDeps } from './door.ts';
import { type CallContext, rpc } from './rpc.ts';

/** Handlers of every procedure of the contract, by domain. */
export type Procedures = Router<Contract, CallContext>;
/** What a transport serves. */
export type DeviceRouter = Procedures;

export const createRouter = (procedures: Procedures, deps: DoorDeps): DeviceRouter =>
  rpc.use<Record<never, never>>(createDoor(deps)).router(procedures);

/** Calls the router in this process, through the same door: for tests, which need no transport at all. */
export const createDirectClient = (router: DeviceRouter, context: CallContext): DeviceClient =>
  createRouterClient(router, { context });
