import type { Guest } from '../kiosk.flow.ts';
import { DiagnosticsScreen } from './diagnostics-screen.tsx';
import { PhotoPaperScreen } from './photo-paper-screen.tsx';
import { ThicknessScreen } from './thickness-screen.tsx';

/** What was paid for, done. */
export function WorkScreen(props: {
  readonly guest: Guest;
  readonly onBusy: (busy: boolean) => void;
  readonly onHelp: () => void;
}) {
  switch (props.guest.kind) {
    case 'diagnostics':
      return <DiagnosticsScreen {...props} />;
    case 'thickness':
      return <ThicknessScreen {...props} />;
    case 'photo':
      return <PhotoPaperScreen {...props} />;
  }
}
