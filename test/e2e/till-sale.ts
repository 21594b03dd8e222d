import { connectDevice } from '#cli/device-client.ts';
import { until } from '../../scripts/processes.ts';
import { signInAs } from '../../scripts/sign-in.ts';
import type { WorldFacts } from './world.ts';

/** Sells one item at the cashier as its screen would; answers the order's number. */
export async function sellAtCashier({ devices, cashier }: WorldFacts): Promise<{ number: string; sign: string }> {
  const till = await connectDevice(devices.cashier);
  const { rpc } = till;
  await signInAs(rpc, cashier);
  const [item] = await rpc.catalogue.search({ favourite: true });
  if (item === undefined) throw new Error('the till has nothing to sell');
  const made = await rpc.payments.checkout({
    id: crypto.randomUUID(),
    lines: [{ itemId: item.id, quantityMilli: 1000 }],
    tenders: [{ type: 'card', sumMinor: item.priceMinor }],
  });
  const document = await until('the receipt', async () => (await rpc.fiscal.task({ id: made.taskId })).document);
  till.close();
  return { number: made.orderNumber, sign: document.fiscalSign };
}
