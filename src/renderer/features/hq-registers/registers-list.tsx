/** Registers: where each stands, whether anybody drives it now, and what waits for it. */
import { Button } from '@mantine/core';
import { IconPlus, IconPrinter } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { HqRegister } from '#shared/hq/fiscal.api.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { FleetList } from '../../ui/fleet-list.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { ArchiveDialog } from './archive-dialog.tsx';
import { RegisterDialog } from './register-dialog.tsx';
import { RegisterRow } from './register-row.tsx';
import { registersQuery } from './registers.queries.ts';
import { TokensDialog } from './tokens-dialog.tsx';

type Open = { readonly is: 'create' } | { readonly is: 'edit' | 'tokens' | 'archive'; readonly register: HqRegister };

export function RegistersList({
  timeZone,
  refetchInterval,
  onQueue,
}: {
  readonly timeZone: string;
  readonly refetchInterval: number | false;
  /** Shows what a register has to do. */
  readonly onQueue: (registerId: string) => void;
}) {
  const t = useText();
  const hq = useHq();
  const registers = useQuery({ ...registersQuery(hq), refetchInterval });
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const add = (
    <Button leftSection={<IconPlus size={20} aria-hidden />} onClick={() => setOpen({ is: 'create' })}>
      {t('monitor:registers.add')}
    </Button>
  );
  return (
    <>
      {registers.isPending ? (
        <LoadingState />
      ) : registers.isError && !registers.data ? (
        <ErrorState error={registers.error} onRetry={() => void registers.refetch()} />
      ) : registers.data.registers.length === 0 ? (
        <EmptyState
          icon={IconPrinter}
          title={t('monitor:registers.empty')}
          text={t('monitor:registers.empty_text')}
          action={add}
        />
      ) : (
        <FleetList action={add}>
          {registers.data.registers.map((register) => (
            <li key={register.id}>
              <RegisterRow
                register={register}
                serverNow={registers.data.serverNow}
                timeZone={timeZone}
                onOpen={(is) => setOpen({ is, register })}
                onQueue={() => onQueue(register.id)}
              />
            </li>
          ))}
        </FleetList>
      )}
      {open?.is === 'create' ? (
        // Whoever made a register wants the token of its agent next.
        <RegisterDialog
          register={undefined}
          onSaved={(register) => setOpen({ is: 'tokens', register })}
          onClose={close}
        />
      ) : null}
      {open?.is === 'edit' ? <RegisterDialog register={open.register} onSaved={close} onClose={close} /> : null}
      {open?.is === 'tokens' ? <TokensDialog register={open.register} timeZone={timeZone} onClose={close} /> : null}
      {open?.is === 'archive' ? <ArchiveDialog register={open.register} onClose={close} /> : null}
    </>
  );
}
