import { IconAlertTriangle } from '@tabler/icons-react';
import { toFault } from '../app/error-text.ts';
import { useText } from '../app/i18n/i18n.ts';
import { Notice } from '../ui/notice.tsx';
import { faultKey } from './fault-key.ts';
import classes from './guest-fault.module.css';
import { SupportLine } from './support-line.tsx';

/** A fault beside the action that met it, in words for a stranger. */
export function GuestFault({ error }: { readonly error: unknown }) {
  const t = useText();
  const { code, ref } = toFault(error);
  return (
    <div className={classes.fault}>
      <Notice tone="bad" icon={IconAlertTriangle} role="alert">
        {t(`kiosk:fault.${faultKey(code)}`)}
        <small className={classes.ref}>
          <SupportLine /> {ref === undefined ? null : t('common:error.ref', { ref })}
        </small>
      </Notice>
    </div>
  );
}
