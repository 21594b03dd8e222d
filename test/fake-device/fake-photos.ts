/** The photo of the fake kiosk: a drawn car, and a printer that is told what to come to. */
import { implement } from '@orpc/server';
import { AppError } from '#shared/kernel/errors.ts';
import type { Order } from '#shared/orders/orders.schema.ts';
import { contract } from '#shared/rpc/contract.ts';
import type { PhotoView } from '#shared/rpc/photos.contract.ts';
import type { FakeState } from './state.ts';

const withNothing = () => implement(contract).use(({ next }) => next());
type Door = ReturnType<typeof withNothing>['photos'];

interface Ports {
  readonly now: () => number;
  readonly state: () => FakeState;
  readonly orderOf: (visitId: string) => Order | undefined;
}

export function createFakePhotos({ now, state, orderOf }: Ports) {
  const viewOf = (visitId: string): PhotoView => {
    const order = orderOf(visitId);
    const { printer, ends, trouble } = state().photo;
    const isPaid = order?.paidAt !== undefined;
    const isOut = isPaid && printer && ends === 'printed' && now() - (order.paidAt ?? 0) > 12_000;
    return {
      imageId: 'a1'.repeat(32),
      url: `/blobs/${'a1'.repeat(32)}`,
      takenAt: now(),
      canPrint: printer,
      ...(isPaid
        ? {
            order: { id: order.id, number: order.number, printStatus: isOut ? ('printed' as const) : ('new' as const) },
          }
        : {}),
      ...(isPaid && printer
        ? {
            print: {
              state: ends === 'printed' ? (isOut ? ('printed' as const) : ('spooled' as const)) : ends,
              ...(trouble === undefined ? {} : { trouble }),
            },
          }
        : {}),
    };
  };
  return (door: Door) => ({
    get: door.get.handler(({ input }) => viewOf(input.visitId)),
    print: door.print.handler(({ input }) => {
      if (!state().photo.printer) throw new AppError('reports.no_printer', 'none');
      return viewOf(input.visitId);
    }),
  });
}
