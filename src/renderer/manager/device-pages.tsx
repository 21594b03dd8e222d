/** Pages that only a device has: its link with the server, and the partner's kiosks. */
import { useNavigate } from 'react-router';
import { FeatureBoundary } from '../app/feature-boundary.tsx';
import { useText } from '../app/i18n/i18n.ts';
import { useManager } from '../app/manager.tsx';
import { SyncPage } from '../features/sync/sync-page.tsx';
import classes from './frame.module.css';
import { Frame } from './frame.tsx';
import { PartnerDesk } from './partner-desk.tsx';

export function PartnerPage() {
  const t = useText();
  const { timeZone } = useManager();
  return (
    <Frame title={t('manager:view.partner')}>
      <FeatureBoundary name="partner">
        <PartnerDesk timeZone={timeZone} />
      </FeatureBoundary>
    </Frame>
  );
}

export function SyncRoute() {
  const t = useText();
  const navigate = useNavigate();
  return (
    <Frame title={t('manager:title')} back={{ to: '/clients', label: t('manager:title') }}>
      <FeatureBoundary name="sync">
        <div className={classes.sync}>
          <SyncPage onBack={() => void navigate(-1)} />
        </div>
      </FeatureBoundary>
    </Frame>
  );
}
