/** The last faults of the log as they were written: what a person reads to support over the phone. */
import { useQuery } from '@tanstack/react-query';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { useShopFormat } from '../../app/shop.ts';
import classes from './attendant.module.css';

export function LastEvents() {
  const t = useText();
  const api = useApi();
  const format = useShopFormat();
  const events = useQuery({
    ...api.device.events.queryOptions({ input: { limit: 8, level: 'warn' } }),
    refetchInterval: 5000,
    refetchOnMount: 'always',
  });
  return (
    <section className={classes.card} aria-labelledby="events">
      <h2 id="events" className={classes.heading}>
        {t('attendant:events')}
      </h2>
      {events.data?.length === 0 ? <p className={classes.quiet}>{t('attendant:no_events')}</p> : null}
      <ol className={classes.events}>
        {(events.data ?? []).map(({ time, level, message }, index) => (
          <li key={`${time} ${index}`} data-level={level}>
            <time dateTime={time}>{format.dateTime(Date.parse(time))}</time>
            <bdi lang="en">{message}</bdi>
          </li>
        ))}
      </ol>
    </section>
  );
}
