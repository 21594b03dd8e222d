import { rpc } from '#main/rpc/rpc.ts';
import type { Retention } from './retention.service.ts';

export const upkeepProcedures = (retention: Pick<Retention, 'plan' | 'run'>) => ({
  retention: rpc.upkeep.retention.handler(({ input }) => (input.dryRun ? retention.plan() : retention.run())),
});
