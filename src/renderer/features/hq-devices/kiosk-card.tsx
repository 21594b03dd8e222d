/** What a kiosk says of itself, and what its codes come to. Its partner clears the errors. */
import { useQuery } from '@tanstack/react-query';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { CodesOwed } from '../../ui/codes-owed.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { KioskErrorList } from '../../ui/kiosk-error-list.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { kioskQuery } from './devices.queries.ts';

export function KioskCard({
  id,
  timeZone,
  refetchInterval,
}: {
  readonly id: string;
  readonly timeZone: string;
  readonly refetchInterval: number | false;
}) {
  const t = useText();
  const kiosk = useQuery({ ...kioskQuery(useHq(), id), refetchInterval });
  if (kiosk.isPending) return <LoadingState />;
  if (kiosk.data === undefined) return <ErrorLine error={kiosk.error} />;
  return (
    <>
      <section>
        <h3>{t('partner:kiosk.errors')}</h3>
        <KioskErrorList errors={kiosk.data.errors} timeZone={timeZone} />
      </section>
      <section>
        <h3>{t('console:device.codes')}</h3>
        <CodesOwed balance={kiosk.data.balance} />
      </section>
    </>
  );
}
