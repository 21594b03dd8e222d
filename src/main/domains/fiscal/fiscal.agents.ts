/** One agent for each register of the device: begun as a register comes to be known, ended as it is let go. */
import type { Core } from '#main/core.ts';
import { createFiscalAgent, type FiscalAgent } from './fiscal.agent.ts';
import { type AgentEndpoint, createFiscalAgentHttp } from './fiscal.agent-http.ts';
import type { FiscalService } from './fiscal.service.ts';
import type { Registers } from './registers.service.ts';

export interface FiscalAgentsOptions {
  readonly core: Pick<Core, 'db' | 'log' | 'now'>;
  readonly fiscal: Pick<FiscalService, 'accept' | 'register'>;
  readonly registers: Registers;
  /** The device's own server and token, for the registers that have none of their own. */
  readonly device: () => Promise<AgentEndpoint | undefined>;
  readonly intervalMs: number;
  readonly waitSeconds: number;
}

export interface FiscalAgents {
  start(): void;
  /** A task may be waiting at the server. */
  wake(): void;
  /** Hangs up on servers that hold their answers, and waits for what is under way. */
  stop(): Promise<void>;
}

export function createFiscalAgents(options: FiscalAgentsOptions): FiscalAgents {
  const { core, registers, fiscal } = options;
  const running = new Map<string, FiscalAgent & { readonly hangUp: AbortController }>();
  let isStarted = false;

  const begin = (id: string): void => {
    const hangUp = new AbortController();
    const agent = createFiscalAgent({
      ...options,
      registerId: id,
      report: () => fiscal.register(id).report(),
      http: createFiscalAgentHttp({
        endpoint: async () => (await registers.agent(id)) ?? (await options.device()),
        signal: hangUp.signal,
      }),
      onRegistry: ({ fiscalDeviceId, kkt, name }) => {
        // A token that was bound to another register since is no reason to move this one.
        if (fiscalDeviceId === id) registers.hearAddress(id, kkt, name);
      },
    });
    running.set(id, { ...agent, hangUp });
    agent.take.start();
    agent.tell.start();
    agent.describe.start();
  };
  const end = async (id: string): Promise<void> => {
    const agent = running.get(id);
    running.delete(id);
    agent?.hangUp.abort();
    await Promise.all([agent?.take.stop(), agent?.tell.stop(), agent?.describe.stop()]);
  };
  const match = (): void => {
    if (!isStarted) return;
    const wanted = registers.ids();
    for (const id of wanted) if (!running.has(id)) begin(id);
    for (const id of running.keys()) {
      if (wanted.includes(id)) continue;
      end(id).catch((error: unknown) => core.log.error('an agent could not be ended', { error }));
    }
  };
  registers.onChange(match);

  return {
    start() {
      isStarted = true;
      match();
    },
    wake() {
      match();
      for (const { take } of running.values()) take.wake();
    },
    async stop() {
      isStarted = false;
      await Promise.all([...running.keys()].map(end));
    },
  };
}
