/** Who works here now: a name, then a PIN. By touch, by keyboard, by both. */
import { Button, Title, UnstyledButton } from '@mantine/core';
import { IconArrowLeft, IconUserOff } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { StaffMember } from '#shared/staff/staff.schema.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useKeys } from '../../app/keys.ts';
import { useApi } from '../../app/rpc.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { ProductMark } from '../../ui/product-mark.tsx';
import { Avatar } from './avatar.tsx';
import { PinEntry } from './pin-entry.tsx';
import classes from './pin-sign-in.module.css';

type Member = Pick<StaffMember, 'id' | 'name' | 'role'>;

export function PinSignIn({ place, footer }: { readonly place: ReactNode; readonly footer?: ReactNode }) {
  const t = useText();
  const api = useApi();
  const staff = useQuery(api.staff.list.queryOptions());
  const [chosen, setChosen] = useState<Member>();
  const members = staff.data ?? [];
  const only = members.length === 1 ? members[0] : undefined;
  const member = chosen ?? only;
  return (
    <main className={classes.page}>
      <header className={classes.head}>
        <ProductMark />
        <span className={classes.place}>{place}</span>
        <span className={classes.footer}>{footer}</span>
      </header>
      {staff.isPending ? (
        <LoadingState />
      ) : staff.isError ? (
        <ErrorState error={staff.error} onRetry={() => void staff.refetch()} />
      ) : members.length === 0 ? (
        <EmptyState icon={IconUserOff} title={t('staff:none')} text={t('staff:none_text')} />
      ) : member ? (
        <PinForm key={member.id} member={member} {...(only ? {} : { onBack: () => setChosen(undefined) })} />
      ) : (
        <Names members={members} onChoose={setChosen} />
      )}
    </main>
  );
}

function Names({
  members,
  onChoose,
}: {
  readonly members: readonly Member[];
  readonly onChoose: (one: Member) => void;
}) {
  const t = useText();
  // The digit before a name is its key.
  useKeys(Object.fromEntries(members.slice(0, 9).map((member, index) => [String(index + 1), () => onChoose(member)])));
  return (
    <section className={classes.card} aria-labelledby="who">
      <Title order={1} id="who">
        {t('staff:who')}
      </Title>
      <div className={classes.names}>
        {members.map((member, index) => (
          <UnstyledButton
            key={member.id}
            className={classes.name}
            onClick={() => onChoose(member)}
            data-autofocus={index === 0 || undefined}
          >
            <Avatar name={member.name} size={44} />
            <span className={classes.who}>
              <bdi className={classes.person}>{member.name}</bdi>
              <span className={classes.role}>{t(`staff:role.${member.role}`)}</span>
            </span>
            {index < 9 ? <kbd className={classes.key}>{index + 1}</kbd> : null}
          </UnstyledButton>
        ))}
      </div>
    </section>
  );
}

function PinForm({ member, onBack }: { readonly member: Member; readonly onBack?: () => void }) {
  const t = useText();
  const api = useApi();
  const queryClient = useQueryClient();
  const signIn = useMutation({
    ...api.staff.signIn.mutationOptions(),
    onSuccess: (session) => queryClient.setQueryData(api.staff.current.queryKey(), session),
  });
  return (
    <section className={classes.card} aria-labelledby="pin-of">
      <div className={classes.whose}>
        <Avatar name={member.name} size={56} />
        <Title order={1} id="pin-of">
          <bdi>{member.name}</bdi>
        </Title>
        <span className={classes.role}>{t('staff:enter_pin')}</span>
      </div>
      <PinEntry
        error={signIn.error}
        isPending={signIn.isPending}
        action={t('staff:sign_in')}
        onSubmit={(pin) => signIn.mutateAsync({ memberId: member.id, pin })}
        onType={signIn.reset}
        onEscape={onBack}
      />
      {onBack ? (
        <Button
          variant="subtle"
          color="gray"
          leftSection={<IconArrowLeft size={18} aria-hidden />}
          onClick={onBack}
          className={classes.back ?? ''}
        >
          {t('staff:not_me')}
        </Button>
      ) : null}
    </section>
  );
}
