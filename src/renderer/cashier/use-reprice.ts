/** After the core refused the sum, the lines are read from the catalogue anew: a price changed while the receipt was built. */
import { useEffect, useRef } from 'react';
import { useDeviceClient } from '../app/rpc.tsx';
import { type CartItem, toCartItem } from '../features/cart/cart.rules.ts';
import { useCart } from '../features/cart/cart.store.ts';

export function useReprice(isNeeded: boolean, onRepriced: () => void): void {
  const client = useDeviceClient();
  const tell = useRef(onRepriced);
  useEffect(() => {
    tell.current = onRepriced;
  });
  useEffect(() => {
    if (!isNeeded) return;
    const { lines, reprice } = useCart.getState();
    const read = async () => {
      const items = new Map<string, CartItem>();
      for (const { item } of lines) {
        const found = await client.catalogue.search({ text: item.sku, limit: 20 });
        const same = found.find((one) => one.id === item.id);
        if (same) items.set(item.id, toCartItem(same));
      }
      const isChanged = lines.some(({ item }) => (items.get(item.id) ?? item).priceMinor !== item.priceMinor);
      if (!isChanged) return;
      reprice(items);
      tell.current();
    };
    // The refusal stays on the screen; paying again asks the core again.
    read().catch(() => undefined);
  }, [isNeeded, client]);
}
