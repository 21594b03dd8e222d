/** What a person at the desk asks of the server himself: to see what there is, and to sell it. */
import { z } from 'zod';
import type { Core } from '#main/core.ts';
import { recordStep } from '#main/journal/journal.repo.ts';
import { AppError } from '#shared/kernel/errors.ts';
import {
  ExchangeDashboard,
  ExchangeTransaction,
  type SaleWish,
  SellOverview,
  type SellPreview,
  type Sold,
} from '#shared/rpc/exchange.contract.ts';
import type { DeskUser, ExchangeServer } from './exchange.port.ts';
import { saleFaultOf } from './exchange.rules.ts';
import type { AnswerName, DeskMemory } from './exchange.state.ts';

/** What the server said at `asOf`, this device's clock. Not fresh: it could not be asked just now, and `fault` says why. */
export interface AsOf<T> {
  readonly asOf: number;
  readonly isFresh: boolean;
  readonly fault?: AppError['code'];
  readonly value: T;
}

export interface Sales {
  dashboard(): Promise<AsOf<ExchangeDashboard>>;
  overview(): Promise<AsOf<SellOverview>>;
  transactions(): Promise<AsOf<ExchangeTransaction[]>>;
  preview(wish: SaleWish): Promise<SellPreview>;
  /** Without a preview at the price of the moment. Never repeated by itself: the same key asks what came of it. */
  execute(key: string, wish: SaleWish, previewId: string | undefined): Promise<Sold>;
}

export function createSales(
  core: Pick<Core, 'db' | 'now' | 'log'>,
  deps: {
    readonly server: ExchangeServer;
    readonly memory: DeskMemory;
    readonly user: () => DeskUser | undefined;
    readonly onSold: () => void;
  },
): Sales {
  const { db, now } = core;
  const { server, memory } = deps;
  const log = core.log.child({ domain: 'exchange' });

  async function ask<T>(name: AnswerName, schema: z.ZodType<T>, call: () => Promise<T>): Promise<AsOf<T>> {
    try {
      const value = await call();
      const at = now();
      const userId = deps.user()?.id;
      if (userId !== undefined) memory.keepAnswer(name, { userId, at, value });
      return { asOf: at, isFresh: true, value };
    } catch (error) {
      const kept = memory.answer(name, deps.user()?.id ?? '');
      const known = schema.safeParse(kept?.value).data;
      if (!(error instanceof AppError) || error.code === 'exchange.sign_in_needed') throw error;
      if (kept === undefined || known === undefined) throw error;
      return { asOf: kept.at, isFresh: false, fault: error.code, value: known };
    }
  }

  const step = (subject: string, name: string, details: Readonly<Record<string, unknown>>): void =>
    db.transaction((tx) => recordStep(tx, { kind: 'exchange', subject, step: name, details, at: now() }), {
      behavior: 'immediate',
    });

  return {
    dashboard: () => ask('dashboard', ExchangeDashboard, () => server.dashboard()),
    overview: () => ask('overview', SellOverview, () => server.overview()),
    transactions: () => ask('transactions', z.array(ExchangeTransaction), () => server.transactions()),
    preview: (wish) => server.preview(wish),
    execute: async (key, wish, previewId) => {
      step(key, 'sent', { wish, ...(previewId === undefined ? {} : { previewId }) });
      try {
        const sold = await server.sell(key, wish, previewId);
        step(key, 'sold', { sold });
        log.info('sold', { key, assetId: sold.assetId, quantity: sold.quantity });
        deps.onSold();
        return sold;
      } catch (error) {
        if (saleFaultOf(error) !== 'unclear') step(key, 'refused', { reason: (error as AppError).code });
        throw error;
      }
    },
  };
}
