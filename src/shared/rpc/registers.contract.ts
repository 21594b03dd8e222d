import { z } from 'zod';
import { KktAddress, ShiftState } from '../fiscal/fiscal.schema.ts';
import { command, faults, query } from './procedure.ts';

const RegisterId = z.string().min(1).max(64);
const Name = z.string().trim().min(1).max(64);
const Host = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9.:-]{1,253}$/, 'must be an IP address or a host name');
const Address = z.strictObject({ ip: Host, port: KktAddress.shape.port });

/** A register that this device drives, as its settings have it. */
export const RegisterSettings = z.object({
  id: RegisterId,
  name: z.string(),
  /** Sales of this device go to the main one. */
  isMain: z.boolean(),
  address: KktAddress.optional(),
  /**
   * Who gave the address: `policy` - the device's configuration, which screens cannot change; `device` - this screen;
   * `server` - the last task from the server.
   */
  addressFrom: z.enum(['policy', 'device', 'server']).optional(),
  /** Where its tasks come from; the device's own server when absent. */
  serverUrl: z.string().optional(),
  /** It has an agent token of its own. The token itself is never shown. */
  hasToken: z.boolean(),
  /** The register that has answered at the address until now. */
  kktSerial: z.string().optional(),
  fnNumber: z.string().optional(),
});
export type RegisterSettings = z.infer<typeof RegisterSettings>;

/** What «Проверить соединение» shows. */
export const ConnectionCheck = z.object({
  model: z.string(),
  kktSerial: z.string(),
  fnNumber: z.string(),
  driverVersion: z.string(),
  shiftState: ShiftState,
  shiftNumber: z.int(),
  paperPresent: z.boolean(),
  /** Milliseconds it took. */
  tookMs: z.int().min(0),
});
export type ConnectionCheck = z.infer<typeof ConnectionCheck>;

/** What the server says of an agent token. */
export const AgentCheck = z.object({ fiscalDeviceId: z.string(), name: z.string(), kkt: KktAddress.optional() });
export type AgentCheck = z.infer<typeof AgentCheck>;

const Approved = { approvalId: z.string().optional() };
const changes = ['staff.approval_required', 'app.not_found'] as const;

/** Settings of the registers of this device. Changes need an approval (`settings`, subject: the register's id). */
export const registersContract = {
  list: query(['cashier', 'kiosk']).output(z.array(RegisterSettings)).errors(faults()),
  /** Answers within 5 s: what stands at the address, or why nothing does. Changes nothing. */
  check: command(['cashier', 'kiosk'])
    .input(Address)
    .output(ConnectionCheck)
    .errors(faults('fiscal.register_unavailable', 'fiscal.register_refused', 'fiscal.register_not_configured')),
  /** Asks a server whose register a token is for. */
  checkAgent: command(['cashier'])
    .input(z.strictObject({ serverUrl: z.url({ protocol: /^https?$/ }), token: z.string().trim().min(1).max(4096) }))
    .output(AgentCheck)
    .errors(faults('device.server_unreachable', 'auth.unauthorized')),
  /** Sets the address of a register; `null` leaves it to the server's tasks. */
  setAddress: command(['cashier'], { signedIn: true })
    .input(z.strictObject({ id: RegisterId, address: Address.nullable(), ...Approved }))
    .output(RegisterSettings)
    .errors(faults(...changes, 'fiscal.address_by_policy')),
  /** Adds the register of an agent token, or gives a known one a new server and token. */
  setAgent: command(['cashier'], { signedIn: true })
    .input(
      z.strictObject({
        serverUrl: z.url({ protocol: /^https?$/ }),
        token: z.string().trim().min(1).max(4096),
        name: Name.optional(),
        ...Approved,
      }),
    )
    .output(RegisterSettings)
    .errors(faults(...changes, 'device.server_unreachable', 'auth.unauthorized')),
  setMain: command(['cashier'], { signedIn: true })
    .input(z.strictObject({ id: RegisterId, ...Approved }))
    .output(RegisterSettings)
    .errors(faults(...changes)),
  /** Stops driving a register added by its token. Refused while tasks of it are not finished. */
  remove: command(['cashier'], { signedIn: true })
    .input(z.strictObject({ id: RegisterId, ...Approved }))
    .output(z.void())
    .errors(faults(...changes, 'fiscal.register_busy')),
  /** Says that the register which answers now is the right one (`register`, subject: the register's id). */
  accept: command(['cashier'], { signedIn: true })
    .input(z.strictObject({ id: RegisterId, kktSerial: z.string().max(32), ...Approved }))
    .output(RegisterSettings)
    .errors(faults(...changes, 'fiscal.another_register')),
};
