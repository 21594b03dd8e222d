/** One field that two people changed: what its row says now, what else was written there, and who settled it. */
import type { HqFieldConflict, HqFieldValue } from '#shared/hq/sync.api.ts';
import { useFormat } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { DetailsDrawer, Meaning } from '../../ui/details-drawer.tsx';
import { fieldText, valueText } from './conflict-text.ts';
import classes from './conflicts-list.module.css';

export function ConflictDrawer({
  found,
  timeZone,
  onClose,
}: {
  readonly found: HqFieldConflict;
  readonly timeZone: string;
  readonly onClose: () => void;
}) {
  const t = useText();
  const format = useFormat(timeZone);
  const { field, kept, history, resolved } = found;
  return (
    <DetailsDrawer title={`${fieldText(t, field)} • ${found.name ?? t('sync:hq.conflict.gone')}`} onClose={onClose}>
      {resolved ? (
        <p>
          {t('sync:hq.conflict.resolved', {
            name: resolved.by ?? t('sync:hq.conflict.nobody'),
            time: format.dateTime(resolved.at),
          })}
        </p>
      ) : (
        <Meaning tone="warn">{t('sync:hq.conflict.waits')}</Meaning>
      )}
      <section>
        <h3>{t('sync:hq.conflict.now')}</h3>
        <ul className={classes.values}>
          <Value of={kept} field={field} timeZone={timeZone} />
        </ul>
      </section>
      <section>
        <h3>{t('sync:hq.conflict.history')}</h3>
        <ul className={classes.values}>
          {history.map((one) => (
            <Value key={`${one.at} ${JSON.stringify(one.value)}`} of={one} field={field} timeZone={timeZone} />
          ))}
        </ul>
      </section>
    </DetailsDrawer>
  );
}

function Value({
  of: { value, by, at, deviceName, isOther = false },
  field,
  timeZone,
}: {
  readonly of: HqFieldValue & { readonly isOther?: boolean };
  readonly field: string;
  readonly timeZone: string;
}) {
  const t = useText();
  const format = useFormat(timeZone);
  return (
    <li className={classes.value} data-other={isOther || undefined}>
      <bdi>{valueText(t, field, value)}</bdi>
      <small>
        <bdi>{by ?? t('sync:hq.conflict.nobody')}</bdi>
        {deviceName === undefined ? null : <bdi>{deviceName}</bdi>}
        <span>{format.dateTime(at)}</span>
        {isOther ? <span>{t('sync:hq.conflict.undecided')}</span> : null}
      </small>
    </li>
  );
}
