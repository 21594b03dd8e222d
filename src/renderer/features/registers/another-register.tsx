/** What answers at the address is not the register it was. Nothing prints until a supervisor says that it is right. */
import { Button } from '@mantine/core';
import { IconReplace } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { RegisterView } from '#shared/rpc/fiscal.contract.ts';
import type { RegisterSettings } from '#shared/rpc/registers.contract.ts';
import { useApproved } from '../../app/approval.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useDeviceClient } from '../../app/rpc.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import classes from './form.module.css';

export function AnotherRegister({
  settings,
  view,
}: {
  readonly settings: RegisterSettings;
  readonly view: RegisterView;
}) {
  const t = useText();
  const client = useDeviceClient();
  const approved = useApproved();
  const kktSerial = view.kktSerial ?? '';
  const accept = useMutation({
    mutationFn: () => approved((approvalId) => client.registers.accept({ id: settings.id, kktSerial, approvalId })),
  });
  return (
    <Notice
      tone="bad"
      icon={IconReplace}
      role="alert"
      action={
        <Button loading={accept.isPending} onClick={() => accept.mutate()}>
          {t('desk:another.accept')}
        </Button>
      }
    >
      <strong className={classes.lead}>{t('desk:another.title', { serial: kktSerial })}</strong>
      <span className={classes.more}>
        {t('desk:another.text', { expected: view.expectedSerial ?? settings.kktSerial ?? '' })}
      </span>
      {accept.isError ? <ErrorLine error={accept.error} /> : null}
    </Notice>
  );
}
