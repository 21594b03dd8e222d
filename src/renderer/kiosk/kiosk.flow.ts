/**
 * Where a guest is, as plain data, and every way from one place to the next. A visit belongs to the steps between the
 * choice of a service and the thank-you, so it cannot be there before or after.
 */
import type { ResumedVisit, VisitContact, VisitKind } from '#shared/visits/visits.schema.ts';

/** What is known of a guest once a service is chosen. */
export interface Guest {
  readonly visitId: string;
  readonly kind: VisitKind;
  readonly contact: VisitContact;
}

export type Flow =
  | { readonly step: 'attract' }
  | { readonly step: 'service' }
  /** A person of the shop looks after the kiosk. */
  | { readonly step: 'attendant' }
  /** Whose the photo will be. */
  | { readonly step: 'name'; readonly guest: Guest }
  | { readonly step: 'contact'; readonly guest: Guest }
  /** The picture is taken before it is paid for. */
  | { readonly step: 'photo'; readonly guest: Guest }
  | { readonly step: 'confirm'; readonly guest: Guest }
  | { readonly step: 'pay'; readonly guest: Guest }
  | { readonly step: 'receipt'; readonly guest: Guest; readonly orderId: string }
  | { readonly step: 'work'; readonly guest: Guest }
  /** The service could not be given, and its money goes back: the visit is over. */
  | { readonly step: 'returned'; readonly intentId: string }
  | { readonly step: 'report'; readonly guest: Guest }
  | { readonly step: 'thanks'; readonly guest: Guest }
  /** The screen went dark under a guest who had paid: is it still them? */
  | { readonly step: 'resume'; readonly guest: Guest; readonly point: PaidPoint; readonly isServed: boolean };
/** Places to go on from that come after the payment. */
type PaidPoint = Exclude<ResumedVisit['point'], { step: 'pay' }>;
export type Step = Flow['step'];

export const ATTRACT: Flow = { step: 'attract' };

/** Steps that a guest sees as dots. */
const PROGRESS = ['service', 'contact', 'confirm', 'pay', 'receipt'] as const satisfies readonly Step[];
const PHOTO_PROGRESS = [
  'service',
  'name',
  'contact',
  'photo',
  'confirm',
  'pay',
  'receipt',
] as const satisfies readonly Step[];
export type ProgressStep = (typeof PHOTO_PROGRESS)[number];
export const progressOf = (kind: VisitKind | undefined): readonly ProgressStep[] =>
  kind === 'photo' ? PHOTO_PROGRESS : PROGRESS;

export type Move =
  | { readonly kind: 'touched' }
  | { readonly kind: 'attendant_called' }
  | { readonly kind: 'started'; readonly visitId: string; readonly service: VisitKind }
  | { readonly kind: 'name_given'; readonly name: string }
  | { readonly kind: 'photo_taken' }
  | { readonly kind: 'contact_given'; readonly contact: VisitContact }
  | { readonly kind: 'confirmed' }
  | { readonly kind: 'back' }
  | { readonly kind: 'payment_left' }
  | { readonly kind: 'paid'; readonly orderId: string }
  | { readonly kind: 'receipt_done' }
  | { readonly kind: 'work_done' }
  | { readonly kind: 'report_done' }
  | { readonly kind: 'gave_back'; readonly intentId: string }
  | {
      readonly kind: 'resumed';
      readonly guest: Guest;
      readonly point: ResumedVisit['point'];
      readonly isServed: boolean;
    }
  | { readonly kind: 'continued' }
  | { readonly kind: 'reset' };

/** The flow after a move. A move that does not fit its step changes nothing: a late answer or a second touch is no fault. */
export function advance(flow: Flow, move: Move): Flow {
  switch (move.kind) {
    case 'touched':
      return flow.step === 'attract' ? { step: 'service' } : flow;
    case 'attendant_called':
      return flow.step === 'attract' ? { step: 'attendant' } : flow;
    case 'started':
      return flow.step === 'service' ? started({ visitId: move.visitId, kind: move.service, contact: {} }) : flow;
    case 'name_given':
      return flow.step === 'name'
        ? { step: 'contact', guest: { ...flow.guest, contact: { ...flow.guest.contact, name: move.name } } }
        : flow;
    case 'contact_given':
      return flow.step === 'contact' ? contactGiven(flow.guest, move.contact) : flow;
    case 'photo_taken':
      return flow.step === 'photo' ? { step: 'confirm', guest: flow.guest } : flow;
    case 'confirmed':
      return flow.step === 'confirm' ? { step: 'pay', guest: flow.guest } : flow;
    case 'back':
      return back(flow);
    case 'payment_left':
      return flow.step === 'pay' ? { step: 'confirm', guest: flow.guest } : flow;
    case 'paid':
      return flow.step === 'pay' ? { step: 'receipt', guest: flow.guest, orderId: move.orderId } : flow;
    case 'receipt_done':
      return flow.step === 'receipt' ? { step: 'work', guest: flow.guest } : flow;
    case 'work_done':
      // A photo is its own report.
      return flow.step === 'work'
        ? { step: flow.guest.kind === 'photo' ? 'thanks' : 'report', guest: flow.guest }
        : flow;
    case 'report_done':
      return flow.step === 'report' ? { step: 'thanks', guest: flow.guest } : flow;
    case 'gave_back':
      return flow.step === 'work' || flow.step === 'resume' ? { step: 'returned', intentId: move.intentId } : flow;
    case 'resumed':
      return flow.step === 'attract' ? resumed(move.guest, move.point, move.isServed) : flow;
    case 'continued':
      return flow.step === 'resume' ? { ...flow.point, guest: flow.guest } : flow;
    case 'reset':
      return ATTRACT;
  }
}

const started = (guest: Guest): Flow => ({ step: guest.kind === 'photo' ? 'name' : 'contact', guest });

/** The name was asked for by itself. */
function contactGiven(guest: Guest, contact: VisitContact): Flow {
  const { name } = guest.contact;
  return {
    step: guest.kind === 'photo' ? 'photo' : 'confirm',
    guest: { ...guest, contact: { ...contact, ...(name === undefined ? {} : { name }) } },
  };
}

/** One question back. Leaving the first one leaves the service, so its visit ends; money is never left by a Back. */
function back(flow: Flow): Flow {
  switch (flow.step) {
    case 'service':
      return ATTRACT;
    case 'name':
      return { step: 'service' };
    case 'contact':
      return flow.guest.kind === 'photo' ? { step: 'name', guest: flow.guest } : { step: 'service' };
    case 'photo':
      return { step: 'contact', guest: flow.guest };
    case 'confirm':
      return { step: flow.guest.kind === 'photo' ? 'photo' : 'contact', guest: flow.guest };
    case 'attract':
    case 'attendant':
    case 'pay':
    case 'receipt':
    case 'work':
    case 'report':
    case 'returned':
    case 'thanks':
    case 'resume':
      return flow;
  }
}

/** Nobody is asked who stands there with the bank's page open. */
const resumed = (guest: Guest, point: ResumedVisit['point'], isServed: boolean): Flow =>
  point.step === 'pay' ? { step: 'pay', guest } : { step: 'resume', guest, point, isServed };

export const guestOf = (flow: Flow): Guest | undefined => ('guest' in flow ? flow.guest : undefined);

/**
 * How the visit of a flow ends when the guest leaves it: completed once the service was given, anything before is expired.
 * What was paid for and not given is then given back by the core, which knows what was done.
 */
export function endingOf(flow: Flow): { readonly visitId: string; readonly end: 'complete' | 'expire' } | undefined {
  const guest = guestOf(flow);
  if (!guest) return undefined;
  const isDone =
    flow.step === 'report' ||
    flow.step === 'thanks' ||
    (flow.step === 'resume' && flow.isServed) ||
    // The picture is taken and paid for: it is printed, by this kiosk or by the staff.
    (guest.kind === 'photo' && (flow.step === 'receipt' || flow.step === 'work'));
  return { visitId: guest.visitId, end: isDone ? 'complete' : 'expire' };
}
