import type { Guest } from '../kiosk.flow.ts';
import { DiagnosticsScreen } from './diagnostics-screen.tsx';
import { ThicknessScreen } from './thickness-screen.tsx';

/** What was paid for, done. */
export function WorkScreen(props: {
  readonly guest: Guest;
  readonly onBusy: (busy: boolean) => void;
  readonly onHelp: () => void;
}) {
  return props.guest.kind === 'thickness' ? <ThicknessScreen {...props} /> : <DiagnosticsScreen {...props} />;
}
