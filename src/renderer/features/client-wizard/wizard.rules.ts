/** Where a client's file stands in the wizard. Pure. */
import type { ContractLack } from '#shared/rpc/contracts.contract.ts';
import type { ContractState } from '../../app/manager.tsx';

export const STEPS = ['1', '2', '3', '4'] as const;
export type Step = (typeof STEPS)[number];
export type Place = Step | 'success';

export const placeOf = (text: string | undefined): Place | undefined =>
  [...STEPS, 'success' as const].find((place) => place === text);

/** What each step has to bring before it is done. */
const BRINGS: Readonly<Record<Step, readonly ContractLack[]>> = {
  '1': ['profile'],
  '2': ['passport'],
  '3': ['appliances', 'tariff'],
  '4': [],
};
export const stepOf = (lack: ContractLack): Step => STEPS.find((step) => BRINGS[step].includes(lack)) ?? '4';

const SIGNED: readonly string[] = ['signed', 'paid'];
/** The contract at hand is signed and still says what the file says. */
export const isSigned = ({ current, isChanged }: Pick<ContractState, 'current' | 'isChanged'>): boolean =>
  current !== null && SIGNED.includes(current.status) && !isChanged;

export function isDone(step: Step, card: Pick<ContractState, 'current' | 'isChanged' | 'lacks'>): boolean {
  if (step === '4') return isSigned(card);
  return !card.lacks.some((lack) => BRINGS[step].includes(lack));
}

/** Where whoever opens a file goes on: the first step that is not done, or where they left it, if that is before it. */
export function resumeAt(card: Pick<ContractState, 'current' | 'isChanged' | 'lacks'>, left: Place | undefined): Place {
  const open = STEPS.find((step) => !isDone(step, card)) ?? 'success';
  if (open === 'success' || left === undefined || left === 'success') return open;
  return STEPS.indexOf(left) < STEPS.indexOf(open) ? left : open;
}

export const stepBefore = (step: Step): Step | undefined => STEPS[STEPS.indexOf(step) - 1];
export const stepAfter = (step: Step): Exclude<Step, '1'> | undefined =>
  (({ '1': '2', '2': '3', '3': '4', '4': undefined }) as const)[step];
