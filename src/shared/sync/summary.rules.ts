/**
 * What a mutation is about, for a person who has to look at one: from its arguments as they lie in an outbox or on the
 * server, which may be of another version than this program. What cannot be read is left out; nothing here throws.
 */
import { z } from 'zod';
import { sumMinor } from '../kernel/money.ts';
import { findMutator } from './registry.ts';

export const ChangeSummary = z.object({
  /** The mutator; a screen has a sentence for each that it knows. */
  name: z.string(),
  /** What already happened in the world: it cannot be taken back, and is never sent again under another number. */
  fact: z.boolean(),
  orderId: z.string().optional(),
  /** What people call it: the order's number, the visit's, a client's name. */
  subject: z.string().optional(),
  amountMinor: z.int().optional(),
  /** The state that was asked for or reported. */
  to: z.string().optional(),
  /** Who made it. */
  by: z.string().optional(),
});
export type ChangeSummary = z.infer<typeof ChangeSummary>;

type About = Omit<ChangeSummary, 'name' | 'fact'>;

/** A member of any other shape is as good as none. */
const readable = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

const Text = z.string().max(256).optional().catch(undefined);
const Amount = z.int().optional().catch(undefined);
const Member = z.looseObject({ id: Text, name: Text, number: Text, status: Text, orderId: Text, type: Text });
const Receipt = z.looseObject({ ...Member.shape, totalMinor: Amount, operatorName: Text });
const Payments = z.array(z.looseObject({ orderId: Text, amountMinor: z.int() })).catch([]);
const Record = z.looseObject({
  ...Receipt.shape,
  operator: readable(z.looseObject({ name: Text })),
});

const Args = z.looseObject({
  id: Text,
  to: Text,
  status: Text,
  name: Text,
  order: readable(Receipt),
  payments: Payments.optional(),
  refund: readable(Receipt),
  record: readable(Record),
  report: readable(z.looseObject({ kind: Text, operator: readable(z.looseObject({ name: Text })) })),
  visit: readable(Member),
  client: readable(Member),
  fields: readable(Member),
});

/** Sums, names and numbers of a mutation. `subject` of what is paid for or given back is its order's number: look it up by `orderId`. */
export function summarise(name: string, args: unknown): ChangeSummary {
  const known = { name, fact: findMutator(name)?.fact ?? false };
  const read = Args.safeParse(args);
  return { ...known, ...(read.success ? strip(aboutOf(name, read.data)) : {}) };
}

function aboutOf(name: string, args: z.infer<typeof Args>): Partial<Record<keyof About, unknown>> {
  const { order, payments = [], refund, record, report, visit } = args;
  if (refund) return { orderId: refund.orderId, amountMinor: refund.totalMinor, by: refund.operatorName };
  if (order) {
    return { orderId: order.id, subject: order.number, amountMinor: order.totalMinor, by: order.operatorName };
  }
  if (record) {
    const { orderId, totalMinor: amountMinor, status: to } = record;
    return { orderId, amountMinor, to, by: record.operator?.name };
  }
  if (report) return { to: report.kind, by: report.operator?.name };
  if (payments.length > 0) {
    const [first] = payments;
    return { orderId: first?.orderId, amountMinor: sumMinor(payments.map(({ amountMinor }) => amountMinor)) };
  }
  if (name.startsWith('order.')) return { orderId: args.id, to: args.to };
  if (name.startsWith('visit.')) return { subject: visit?.id ?? args.id, to: args.status };
  return { subject: args.client?.name ?? args.fields?.name ?? args.name, to: args.to };
}

const strip = (about: Partial<Record<keyof About, unknown>>): About =>
  Object.fromEntries(Object.entries(about).filter(([, value]) => value !== undefined));
