/** What a kiosk complained of, newest first. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { isKioskTrouble } from '#shared/kiosk/troubles.ts';
import { useFormat } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { usePartner } from '../../app/partner.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import classes from './kiosk-errors.module.css';
import { errorsQuery } from './kiosks.queries.ts';

const FEW = 3;
const MANY = 50;

export function KioskErrors({ kioskId }: { readonly kioskId: string }) {
  const t = useText();
  const source = usePartner();
  const format = useFormat(source.timeZone);
  const [limit, setLimit] = useState(FEW);
  const errors = useQuery({ ...errorsQuery(source, kioskId, limit), placeholderData: (before) => before });
  return (
    <section className={classes.part}>
      <h3>{t('partner:kiosk.errors')}</h3>
      {errors.data !== undefined ? (
        errors.data.length === 0 ? (
          <p className={classes.quiet}>{t('partner:kiosk.no_errors')}</p>
        ) : (
          <ul className={classes.errors}>
            {errors.data.map((one) => (
              <li key={one.id} data-cleared={one.clearedAt !== null || undefined}>
                <strong>
                  <bdi>{one.code}</bdi>
                </strong>
                <span className={classes.message}>
                  {isKioskTrouble(one.code) ? (
                    <>
                      {t(`partner:kiosk.trouble.${one.code}`)}
                      <small>
                        <bdi>{one.message}</bdi>
                      </small>
                    </>
                  ) : (
                    <bdi>{one.message}</bdi>
                  )}
                  <small>
                    {format.dateTime(Date.parse(one.createdAt))}
                    {one.clearedAt === null ? null : ` • ${t('partner:kiosk.cleared')}`}
                  </small>
                </span>
              </li>
            ))}
          </ul>
        )
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
