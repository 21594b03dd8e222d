/** The fiscal domain, composed: registers, their queues, the server's tasks for them, and the desk's shift. */
import type { Core } from '#main/core.ts';
import type { SyncPort } from '#main/sync/sync.port.ts';
import type { KktAddress, TaxationSystem } from '#shared/fiscal/fiscal.schema.ts';
import type { StaffService } from '../staff/staff.service.ts';
import type { AgentEndpoint } from './fiscal.agent-http.ts';
import { createFiscalAgents } from './fiscal.agents.ts';
import { fiscalProcedures } from './fiscal.procedures.ts';
import type { Driver } from './fiscal.runtime.ts';
import { createFiscalService } from './fiscal.service.ts';
import { createVerdicts } from './fiscal.verdict.ts';
import { registersProcedures } from './registers.procedures.ts';
import { createRegisters } from './registers.service.ts';
import { shiftProcedures } from './shift.procedures.ts';
import { createShift } from './shift.service.ts';

export interface FiscalDomainOptions {
  readonly core: Core;
  readonly sync: Pick<SyncPort, 'mutate' | 'writer' | 'wake'>;
  readonly staff: Pick<StaffService, 'operator' | 'requireApproval'>;
  readonly driver: Driver;
  /** The register of the device's enrolment, and the address that the configuration gives it. */
  readonly ownId: () => string | undefined;
  readonly policy: () => KktAddress | undefined;
  /** The device's own server and token. */
  readonly device: () => Promise<AgentEndpoint | undefined>;
  readonly taxationSystem: () => TaxationSystem;
  /** IANA zone of the shop. */
  readonly timeZone: () => string;
  /** How often queues are looked at, registers are asked for their state, and servers for tasks, ms. */
  readonly queueMs: number;
  readonly statusMs: number;
  readonly pollMs: number;
}

/** How long the server may hold an empty answer: the contract's long poll. */
const TASK_WAIT_S = 25;

export function createFiscalDomain(options: FiscalDomainOptions) {
  const { core, sync, staff, driver, timeZone } = options;
  const registers = createRegisters(options);
  const fiscal = createFiscalService({
    core,
    sync,
    driver,
    registers,
    taxationSystem: options.taxationSystem,
    timeZone,
    intervalMs: options.queueMs,
    statusIntervalMs: options.statusMs,
  });
  const agents = createFiscalAgents({
    core,
    fiscal,
    registers,
    device: options.device,
    intervalMs: options.pollMs,
    waitSeconds: TASK_WAIT_S,
  });
  const verdicts = createVerdicts(core, sync, fiscal);
  const shift = createShift(core, { sync, fiscal, staff, timeZone });
  return {
    fiscal,
    agents,
    procedures: {
      fiscal: fiscalProcedures({ fiscal, verdicts, staff }),
      shift: shiftProcedures(shift),
      registers: registersProcedures({ core, registers, fiscal, driver, staff }),
    },
  };
}
