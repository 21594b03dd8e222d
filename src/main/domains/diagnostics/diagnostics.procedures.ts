import { rpc } from '#main/rpc/rpc.ts';
import type { Diagnostics } from './diagnostics.service.ts';
import type { Thickness } from './thickness.service.ts';

export const diagnosticsProcedures = (diagnostics: Diagnostics) => ({
  available: rpc.diagnostics.available.handler(() => diagnostics.isAvailable()),
  scan: rpc.diagnostics.scan.handler(({ input }) => diagnostics.view(input.visitId) ?? null),
  start: rpc.diagnostics.start.handler(({ input }) => diagnostics.start(input.visitId)),
  cancel: rpc.diagnostics.cancel.handler(({ input }) => diagnostics.cancel(input.visitId)),
});

export const thicknessProcedures = (thickness: Thickness) => ({
  get: rpc.thickness.get.handler(({ input }) => thickness.view(input.visitId) ?? null),
  start: rpc.thickness.start.handler(({ input }) => thickness.start(input.visitId, input.body)),
  point: rpc.thickness.point.handler(({ input }) => thickness.point(input.visitId, input.zone)),
  measure: rpc.thickness.measure.handler(({ input }) => thickness.measure(input.visitId, input.zone, input.value)),
  finish: rpc.thickness.finish.handler(({ input }) => thickness.finish(input.visitId)),
});
