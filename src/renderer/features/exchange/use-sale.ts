/** The calls of a sale by hand. Each looks first at how the sale stands, so that a key or a button pressed twice acts once. */
import { useQueryClient } from '@tanstack/react-query';
import { toFault } from '../../app/error-text.ts';
import { useDeviceClient } from '../../app/rpc.tsx';
import { MONEY } from './exchange.queries.ts';
import { afterFault } from './exchange.rules.ts';
import { useSaleStore } from './sale.store.ts';

export function useSale() {
  const client = useDeviceClient();
  const queryClient = useQueryClient();
  const sell = async (): Promise<void> => {
    const { sale, turn } = useSaleStore.getState();
    if (sale === undefined || (sale.phase.is !== 'asked' && sale.phase.is !== 'unclear')) return;
    const wasUnclear = sale.phase.is === 'unclear';
    turn({ phase: { is: 'selling' } });
    const { key, wish, preview, commandId } = sale;
    const ofCommand = commandId === undefined ? {} : { commandId };
    try {
      const sold = await client.exchange.execute({ key, wish, previewId: preview.previewId, ...ofCommand });
      turn({ phase: { is: 'sold', sold } });
      useSaleStore.getState().suggest(undefined);
    } catch (error) {
      turn({ phase: { is: afterFault(toFault(error).code, wasUnclear), error } });
    }
    void queryClient.invalidateQueries({ queryKey: MONEY });
  };

  /** Another price for the same sale. */
  const renew = async (): Promise<void> => {
    const { sale, turn } = useSaleStore.getState();
    if (sale === undefined || (sale.phase.is !== 'asked' && sale.phase.is !== 'renew')) return;
    turn({ phase: { is: 'renewing' } });
    try {
      turn({ preview: await client.exchange.preview(sale.wish), phase: { is: 'asked' } });
    } catch (error) {
      turn({ phase: { is: 'renew', error } });
    }
  };
  return { sell: () => void sell(), renew: () => void renew() };
}
