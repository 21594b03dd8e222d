import { rpc } from '#main/rpc/rpc.ts';
import type { Exchange } from './exchange.service.ts';

export const exchangeProcedures = (exchange: Exchange) => ({
  state: rpc.exchange.state.handler(() => exchange.state()),
  signIn: rpc.exchange.signIn.handler(async ({ input }) => {
    await exchange.signIn(input.email, input.password);
    return exchange.state();
  }),
  signOut: rpc.exchange.signOut.handler(async () => ({ isServerTold: await exchange.signOut() })),
  pair: rpc.exchange.pair.handler(() => exchange.pair()),
  dashboard: rpc.exchange.dashboard.handler(() => exchange.dashboard()),
  overview: rpc.exchange.overview.handler(() => exchange.overview()),
  transactions: rpc.exchange.transactions.handler(() => exchange.transactions()),
  preview: rpc.exchange.preview.handler(({ input }) => exchange.preview(input)),
  execute: rpc.exchange.execute.handler(({ input: { key, wish, previewId, commandId } }) =>
    commandId === undefined ? exchange.execute(key, wish, previewId) : exchange.executeForm(commandId, wish, previewId),
  ),
  startListening: rpc.exchange.startListening.handler(() => {
    exchange.listen(true);
    return exchange.state();
  }),
  stopListening: rpc.exchange.stopListening.handler(() => {
    exchange.listen(false);
    return exchange.state();
  }),
  setAutoConfirm: rpc.exchange.setAutoConfirm.handler(({ input }) => {
    exchange.autoConfirm(input.isOn);
    return exchange.state();
  }),
  accept: rpc.exchange.accept.handler(({ input }) => {
    exchange.accept(input.id, input.previewId);
    return exchange.state();
  }),
  reject: rpc.exchange.reject.handler(({ input }) => {
    exchange.reject(input.id);
    return exchange.state();
  }),
});
