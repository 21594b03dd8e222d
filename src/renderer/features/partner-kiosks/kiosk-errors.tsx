/** What a kiosk complained of, newest first. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { usePartner } from '../../app/partner.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { KioskErrorList } from '../../ui/kiosk-error-list.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import classes from './kiosk-errors.module.css';
import { errorsQuery } from './kiosks.queries.ts';

const FEW = 3;
const MANY = 50;

export function KioskErrors({ kioskId }: { readonly kioskId: string }) {
  const t = useText();
  const source = usePartner();
  const [limit, setLimit] = useState(FEW);
  const errors = useQuery({ ...errorsQuery(source, kioskId, limit), placeholderData: (before) => before });
  return (
    <section className={classes.part}>
      <h3>{t('partner:kiosk.errors')}</h3>
      {errors.data !== undefined ? (
        <KioskErrorList errors={errors.data} timeZone={source.timeZone} />
      ) : errors.isError ? (
        <ErrorLine error={errors.error} />
      ) : (
        <LoadingState />
      )}
      {limit === FEW && errors.data?.length === FEW ? (
        <Button variant="subtle" color="gray" onClick={() => setLimit(MANY)}>
          {t('partner:kiosk.more_errors')}
        </Button>
      ) : null}
    </section>
  );
}
