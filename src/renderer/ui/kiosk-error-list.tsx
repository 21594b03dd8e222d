/** What a kiosk complained of, newest first: its own words under ours, where we have some. */
import { isKioskTrouble } from '#shared/kiosk/troubles.ts';
import type { PartnerKioskError } from '#shared/partner/partner.api.ts';
import { useFormat } from '../app/format.ts';
import { useText } from '../app/i18n/i18n.ts';
import classes from './kiosk-error-list.module.css';

export function KioskErrorList({
  errors,
  timeZone,
}: {
  readonly errors: readonly PartnerKioskError[];
  readonly timeZone: string;
}) {
  const t = useText();
  const format = useFormat(timeZone);
  if (errors.length === 0) return <p className={classes.quiet}>{t('partner:kiosk.no_errors')}</p>;
  return (
    <ul className={classes.errors}>
      {errors.map((one) => (
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
  );
}
