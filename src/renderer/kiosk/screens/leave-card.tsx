/** The way out of the kiosk, for whoever has the PIN: the screen is the machine's again. */
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import classes from '../../features/attendant/attendant.module.css';
import { ErrorState } from '../../ui/error-state.tsx';
import { AskDialog } from '../ask-dialog.tsx';

/** @param isServing a guest is here: they come first. */
export function LeaveCard({ isServing }: { readonly isServing: boolean }) {
  const t = useText();
  const api = useApi();
  const [asking, setAsking] = useState(false);
  const leave = useMutation(api.attendant.leave.mutationOptions());
  return (
    <section className={classes.card}>
      {leave.isError ? <ErrorState error={leave.error} /> : null}
      <div className={classes.row} data-first>
        <span className={classes.name}>
          {t('attendant:leave')}
          <span className={classes.address}>{t(isServing ? 'attendant:leave_busy' : 'attendant:leave_hint')}</span>
        </span>
        <Button size="sm" variant="default" c="red" disabled={isServing} onClick={() => setAsking(true)}>
          {t('attendant:leave')}
        </Button>
      </div>
      <AskDialog
        opened={asking}
        title={t('attendant:leave_ask')}
        text={t('attendant:leave_hint')}
        keep={t('attendant:stay')}
        onKeep={() => setAsking(false)}
        drop={t('attendant:leave')}
        dropping={leave.isPending || leave.isSuccess}
        onDrop={() => leave.mutate({}, { onError: () => setAsking(false) })}
      />
    </section>
  );
}
