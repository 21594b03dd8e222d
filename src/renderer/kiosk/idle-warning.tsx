import { useText } from '../app/i18n/i18n.ts';
import { AskDialog } from './ask-dialog.tsx';
import type { Idle } from './idle.ts';

/** Asks whether somebody is still here, and says what happens if not. */
export function IdleWarning({
  idle,
  onStay,
  onLeave,
}: {
  readonly idle: Idle;
  readonly onStay: () => void;
  readonly onLeave: () => void;
}) {
  const t = useText();
  return (
    <AskDialog
      opened={idle.phase === 'warning'}
      title={t('kiosk:idle.title')}
      text={t('kiosk:idle.text', { count: idle.phase === 'warning' ? idle.secondsLeft : 0 })}
      keep={t('kiosk:idle.stay')}
      onKeep={onStay}
      drop={t('kiosk:idle.leave')}
      onDrop={onLeave}
    />
  );
}
