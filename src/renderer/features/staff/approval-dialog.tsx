/** A supervisor consents to what the cashier is about to do: who it is, then a PIN. */
import { Modal, UnstyledButton } from '@mantine/core';
import { IconUserOff } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { mayApprove, type StaffMember } from '#shared/staff/staff.schema.ts';
import type { ApprovalAsk } from '../../app/approval.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useKeys } from '../../app/keys.ts';
import { useApi } from '../../app/rpc.tsx';
import { useShopFormat } from '../../app/shop.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import classes from './approval-dialog.module.css';
import { useApprover } from './approver.store.ts';
import { Avatar } from './avatar.tsx';
import { PinEntry } from './pin-entry.tsx';
import { approvalFacts, neighbourOf } from './staff.rules.ts';

type Member = Pick<StaffMember, 'id' | 'name' | 'role'>;

export function ApprovalDialog({
  ask,
  onApproved,
  onClose,
}: {
  readonly ask: ApprovalAsk;
  readonly onApproved: (approvalId: string) => void;
  readonly onClose: () => void;
}) {
  const t = useText();
  const api = useApi();
  const staff = useQuery(api.staff.list.queryOptions());
  const { memberId, choose } = useApprover();
  const approvers = (staff.data ?? []).filter(({ role }) => mayApprove(role));
  const chosen = approvers.find(({ id }) => id === memberId) ?? approvers[0];
  const step = (by: 1 | -1) => () => {
    const next = chosen && neighbourOf(approvers, chosen, by);
    if (next) choose(next.id);
  };
  useKeys({ ArrowDown: step(1), ArrowUp: step(-1), ArrowRight: step(1), ArrowLeft: step(-1) });
  return (
    <Modal
      opened
      onClose={onClose}
      size={420}
      title={t('staff:approval.title')}
      closeButtonProps={{ 'aria-label': t('cashier:close') }}
    >
      <div className={classes.body}>
        <What ask={ask} />
        {staff.isPending ? (
          <LoadingState />
        ) : staff.isError ? (
          <ErrorState error={staff.error} onRetry={() => void staff.refetch()} />
        ) : chosen === undefined ? (
          <EmptyState icon={IconUserOff} title={t('staff:approval.nobody')} text={t('staff:approval.nobody_text')} />
        ) : (
          <>
            <Approvers list={approvers} chosen={chosen} onChoose={choose} />
            <Pin key={chosen.id} approver={chosen} ask={ask} onApproved={onApproved} />
          </>
        )}
      </div>
    </Modal>
  );
}

/** The act in one line, with its sums. */
function What({ ask }: { readonly ask: ApprovalAsk }) {
  const t = useText();
  const format = useShopFormat();
  const { amountMinor, percent, number } = approvalFacts(ask.facts);
  return (
    <p className={classes.what}>
      <strong>{t(`staff:approval.action.${ask.action}`)}</strong>
      {amountMinor === undefined ? null : <bdi className={classes.amount}>{format.money(amountMinor)}</bdi>}
      {percent === undefined ? null : <span>{format.percent(percent)}</span>}
      {number === undefined ? null : <bdi>{number}</bdi>}
    </p>
  );
}

function Approvers({
  list,
  chosen,
  onChoose,
}: {
  readonly list: readonly Member[];
  readonly chosen: Member;
  readonly onChoose: (id: string) => void;
}) {
  const t = useText();
  return (
    <fieldset className={classes.people} aria-label={t('staff:approval.who')}>
      {list.map((member) => (
        <UnstyledButton
          key={member.id}
          className={classes.person}
          aria-pressed={member.id === chosen.id}
          data-autofocus={member.id === chosen.id || undefined}
          onClick={() => onChoose(member.id)}
        >
          <Avatar name={member.name} size={36} />
          <span className={classes.words}>
            <bdi className={classes.name}>{member.name}</bdi>
            <span className={classes.role}>{t(`staff:role.${member.role}`)}</span>
          </span>
        </UnstyledButton>
      ))}
    </fieldset>
  );
}

function Pin({
  approver,
  ask,
  onApproved,
}: {
  readonly approver: Member;
  readonly ask: ApprovalAsk;
  readonly onApproved: (approvalId: string) => void;
}) {
  const t = useText();
  const api = useApi();
  const approve = useMutation({
    ...api.staff.approve.mutationOptions(),
    onSuccess: ({ approvalId }) => onApproved(approvalId),
  });
  return (
    <PinEntry
      error={approve.error}
      isPending={approve.isPending}
      action={t('staff:approval.allow')}
      onSubmit={(pin) => approve.mutateAsync({ memberId: approver.id, pin, action: ask.action, subject: ask.subject })}
      onType={approve.reset}
    />
  );
}
