/** What each way of taking a report along says of itself, decided from what the core knows. */
import type { ReportView } from '#shared/rpc/reports.contract.ts';

export const WAYS = ['email', 'sms', 'print'] as const;
export type Way = (typeof WAYS)[number];

type SendState = 'queued' | 'sending' | 'sent' | 'failed' | 'unknown' | 'later';
export type WayState =
  | { readonly kind: 'offered' }
  | { readonly kind: 'sending'; readonly state: SendState; readonly to: string }
  | { readonly kind: 'printing'; readonly state: NonNullable<ReportView['print']>['state'] };

/** `later`: an attempt failed, and the next is a minute or more away; a guest need not wait for it. */
export function wayState(report: ReportView, way: Way): WayState {
  if (way === 'print') {
    return report.print === undefined ? { kind: 'offered' } : { kind: 'printing', state: report.print.state };
  }
  const last = report.deliveries.find(({ channel }) => channel === way);
  if (last === undefined) return { kind: 'offered' };
  const state = last.state === 'queued' && last.nextAt !== undefined ? 'later' : last.state;
  return { kind: 'sending', state, to: last.to };
}

export type Look = 'plain' | 'going' | 'good' | 'bad';
const LOOK: Readonly<Record<SendState | 'spooled' | 'printed', Look>> = {
  queued: 'going',
  sending: 'going',
  later: 'going',
  spooled: 'going',
  sent: 'good',
  printed: 'good',
  failed: 'bad',
  unknown: 'bad',
};
export const lookOf = (state: WayState): Look => (state.kind === 'offered' ? 'plain' : LOOK[state.state]);

/** May it be asked for (again)? What was sent may go to one more address; what was printed is printed. */
export const mayAsk = (state: WayState): boolean =>
  state.kind === 'offered' ||
  state.state === 'failed' ||
  state.state === 'unknown' ||
  (state.kind === 'sending' && state.state === 'sent');

export const waysOf = ({ canSend, canPrint }: Pick<ReportView, 'canSend' | 'canPrint'>): readonly Way[] =>
  WAYS.filter((way) => (way === 'print' ? canPrint : canSend));
