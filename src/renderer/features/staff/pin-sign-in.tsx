/** Who works here now: a name, then a PIN. By touch, by keyboard, by both. */
import { Button, Title, UnstyledButton } from '@mantine/core';
import { IconArrowLeft, IconBackspace, IconLock, IconUserOff } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { StaffMember } from '#shared/staff/staff.schema.ts';
import { useNow } from '../../app/clock.tsx';
import { toFault } from '../../app/error-text.ts';
import { countdown } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useKeys } from '../../app/keys.ts';
import { useApi } from '../../app/rpc.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorLine, ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import { ProductMark } from '../../ui/product-mark.tsx';
import { Avatar } from './avatar.tsx';
import classes from './pin-sign-in.module.css';
import { lockedUntil, PIN_MIN, typeDigit } from './staff.rules.ts';

const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

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
  const [pin, setPin] = useState('');
  const signIn = useMutation({
    ...api.staff.signIn.mutationOptions(),
    onSuccess: (session) => queryClient.setQueryData(api.staff.current.queryKey(), session),
    onError: () => setPin(''),
  });
  const fault = signIn.error ? toFault(signIn.error) : undefined;
  const now = useNow();
  const lockEnds = fault?.code === 'staff.locked' ? lockedUntil(fault.params) : undefined;
  const isLocked = fault?.code === 'staff.locked' && (lockEnds === undefined || lockEnds > now);
  const isBusy = signIn.isPending || isLocked;

  const type = (digit: string) => {
    if (isBusy) return;
    signIn.reset();
    setPin((before) => typeDigit(before, digit));
  };
  const erase = () => setPin((before) => before.slice(0, -1));
  const submit = () => {
    if (!isBusy && pin.length >= PIN_MIN) signIn.mutate({ memberId: member.id, pin });
  };
  useKeys({
    ...Object.fromEntries(DIGITS.map((digit) => [digit, () => type(digit)])),
    Backspace: erase,
    Enter: submit,
    Escape: onBack,
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
      <Dots count={pin.length} wrong={fault?.code === 'staff.pin_wrong'} />
      <div className={classes.message}>
        {isLocked ? (
          <Notice tone="bad" icon={IconLock} role="alert">
            {lockEnds === undefined
              ? t('errors:staff.locked')
              : t('staff:locked_for', { time: countdown(lockEnds - now) })}
          </Notice>
        ) : signIn.isError && pin === '' && fault?.code !== 'staff.locked' ? (
          // A reference to the log helps nobody who mistyped.
          fault?.code === 'staff.pin_wrong' ? (
            <p className={classes.wrong} role="alert">
              {t('errors:staff.pin_wrong')}
            </p>
          ) : (
            <ErrorLine error={signIn.error} />
          )
        ) : null}
      </div>
      <div className={classes.pad}>
        {DIGITS.slice(1).map((digit) => (
          <PadKey key={digit} disabled={isBusy} onPress={() => type(digit)}>
            {digit}
          </PadKey>
        ))}
        <PadKey disabled={isBusy || pin === ''} onPress={erase} label={t('staff:erase')}>
          <IconBackspace size={26} aria-hidden />
        </PadKey>
        <PadKey disabled={isBusy} onPress={() => type('0')}>
          {0}
        </PadKey>
        <Button
          className={classes.enter ?? ''}
          onClick={submit}
          disabled={isLocked || pin.length < PIN_MIN}
          loading={signIn.isPending}
        >
          {t('staff:sign_in')}
        </Button>
      </div>
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

function Dots({ count, wrong }: { readonly count: number; readonly wrong: boolean }) {
  const t = useText();
  return (
    <output className={classes.dots} data-wrong={wrong || undefined} aria-label={t('staff:typed', { count })}>
      {Array.from({ length: Math.max(PIN_MIN, count) }, (_, index) => (
        <span key={index} className={classes.dot} data-full={index < count || undefined} />
      ))}
    </output>
  );
}

function PadKey({
  children,
  onPress,
  disabled,
  label,
}: {
  readonly children: ReactNode;
  readonly onPress: () => void;
  readonly disabled: boolean;
  readonly label?: string;
}) {
  return (
    <UnstyledButton className={classes.digit} onClick={onPress} disabled={disabled} aria-label={label} tabIndex={-1}>
      {children}
    </UnstyledButton>
  );
}
