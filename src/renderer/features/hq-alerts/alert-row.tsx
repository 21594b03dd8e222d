/** One alert: what happened to which machine, and what may be done about it. */
import { Button } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { HqAlert } from '#shared/hq/fiscal.api.ts';
import { useNow } from '../../app/clock.tsx';
import { useFormat } from '../../app/format.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import classes from './alert-row.module.css';
import { registersQuery, useAcknowledge } from './alerts.queries.ts';

export function AlertRow({
  alert,
  timeZone,
  onOpenTask,
}: {
  readonly alert: HqAlert;
  readonly timeZone: string;
  readonly onOpenTask: (id: string) => void;
}) {
  const t = useText();
  const hq = useHq();
  const format = useFormat(timeZone);
  const now = useNow(30_000);
  const acknowledge = useAcknowledge();
  const { fiscalDeviceId: id } = alert.details;
  const registers = useQuery(registersQuery(hq)).data?.registers;
  // A register by its id; any other machine by the name that came along.
  const register = registers?.find((one) => one.id === id)?.name ?? id ?? alert.details['name'];
  return (
    <>
      <div className={classes.words}>
        <strong>{t(`monitor:alerts.kind.${alert.kind}`)}</strong>
        <small>
          {typeof register === 'string' ? (
            <>
              <bdi>{register}</bdi>
              {' • '}
            </>
          ) : null}
          {format.dateTime(alert.at)} • {format.ago(alert.at, now)}
          {alert.times > 1 ? ` • ${t('monitor:alerts.times', { count: alert.times })}` : null}
        </small>
        {alert.acknowledgedAt === undefined ? null : (
          <small>
            {alert.acknowledgedBy === undefined
              ? t('monitor:alerts.gone', { when: format.dateTime(alert.acknowledgedAt) })
              : t('monitor:alerts.seen', { name: alert.acknowledgedBy, when: format.dateTime(alert.acknowledgedAt) })}
          </small>
        )}
        {acknowledge.isError ? <ErrorLine error={acknowledge.error} /> : null}
      </div>
      <div className={classes.acts}>
        {alert.subjectType === 'fiscal_task' ? (
          <Button variant="default" onClick={() => onOpenTask(alert.subjectId)}>
            {t('monitor:alerts.open')}
          </Button>
        ) : null}
        {alert.acknowledgedAt === undefined ? (
          <Button
            variant="subtle"
            color="gray"
            leftSection={<IconCheck size={18} aria-hidden />}
            loading={acknowledge.isPending}
            onClick={() => acknowledge.mutate(alert.id)}
          >
            {t('monitor:alerts.acknowledge')}
          </Button>
        ) : null}
      </div>
    </>
  );
}
