/** The parts of a task's page: its facts, its receipt, its history. */
import type { HqTask, HqTaskDetails, HqTaskEvent } from '#shared/hq/fiscal.api.ts';
import { lineTotal, ONE, roublesToMinor } from '#shared/kernel/money.ts';
import { useFormat } from '../../app/format.ts';
import { type Text, useText } from '../../app/i18n/i18n.ts';
import { FactList, type Facts } from '../../ui/facts.tsx';
import { type EventNote, isKnownEvent, noteOf } from './task.rules.ts';
import classes from './task-drawer.module.css';

export function TaskFacts({ task, timeZone }: { readonly task: HqTask; readonly timeZone: string }) {
  const t = useText();
  const format = useFormat(timeZone);
  const { fiscal, verdict, leaseUntil, nextRetryAt } = task;
  const about: Facts = [
    [t('monitor:task.register'), task.registerName],
    [t('monitor:task.operator'), task.operatorName],
    [t('monitor:task.created'), format.dateTime(task.createdAt)],
    [t('monitor:task.attempts'), format.number(task.attempts)],
    [t('monitor:task.lease'), leaseUntil === undefined ? undefined : format.timeWithSeconds(leaseUntil)],
    [t('monitor:task.retry'), nextRetryAt === undefined ? undefined : format.timeWithSeconds(nextRetryAt)],
  ];
  return (
    <>
      <FactList facts={about} />
      {fiscal ? (
        <section>
          <h3>{t('monitor:task.document')}</h3>
          <FactList
            facts={[
              [t('monitor:task.fn'), fiscal.fnCode],
              [t('monitor:act.fd'), fiscal.fiscalDocumentNumber?.toString()],
              [t('monitor:act.fp'), fiscal.fiscalSign],
              [t('monitor:task.receipt_id'), fiscal.receiptId],
            ]}
          />
          {fiscal.shiftAutoOpened ? <p className={classes.quiet}>{t('monitor:task.shift_opened')}</p> : null}
        </section>
      ) : null}
      {verdict ? (
        <section>
          <h3>{t('monitor:task.verdict')}</h3>
          <p>
            {[
              t(`monitor:task.verdict_${verdict.is}`),
              ...documentWords(t, { documentNumber: verdict.fiscalDocumentNumber, sign: verdict.fiscalSign }),
            ].join(' • ')}
          </p>
          <p className={classes.quiet}>
            <bdi>{verdict.reason}</bdi> • {format.dateTime(verdict.at)}
            {verdict.provedAt === undefined
              ? null
              : ` • ${t('monitor:task.proved', { date: format.dateTime(verdict.provedAt) })}`}
          </p>
        </section>
      ) : null}
    </>
  );
}

export function TaskItems({ receipt }: { readonly receipt: NonNullable<HqTaskDetails['body']['receipt']> }) {
  const t = useText();
  const format = useFormat();
  return (
    <section>
      <h3>{t('monitor:task.items')}</h3>
      <ul className={classes.items}>
        {receipt.items.map((item, index) => {
          const priceMinor = roublesToMinor(item.price);
          const quantityMilli = Math.round(item.quantity * ONE);
          return (
            // Lines of a posted task neither move nor change: the place is the identity.
            <li key={index}>
              <bdi>{item.name}</bdi>
              <span>
                {format.quantity(quantityMilli)} × {format.sum(priceMinor)}
              </span>
              <bdi>{format.sum(lineTotal(priceMinor, quantityMilli))}</bdi>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

export function TaskHistory({
  history,
  timeZone,
}: {
  readonly history: readonly HqTaskEvent[];
  readonly timeZone: string;
}) {
  const t = useText();
  const format = useFormat(timeZone);
  return (
    <section>
      <h3>{t('monitor:task.history')}</h3>
      <ol className={classes.history}>
        {history.map((one, index) => {
          const { attempt, verdict, words, ...document } = noteOf(one);
          const notes = [
            ...(verdict === undefined ? [] : [t(`monitor:task.verdict_${verdict}`)]),
            ...documentWords(t, document),
            ...(words === undefined ? [] : [words]),
            ...(attempt === undefined || attempt === 0 ? [] : [t('monitor:note.attempt', { count: attempt })]),
          ];
          return (
            // A history only ever grows at its end.
            <li key={index}>
              <strong>{isKnownEvent(one.event) ? t(`monitor:event.${one.event}`) : one.event}</strong>
              {notes.length > 0 ? <bdi>{notes.join(' • ')}</bdi> : null}
              <small>
                {format.dateTime(one.at)} • <bdi>{one.actorName ?? t(`monitor:actor.${one.actor}`)}</bdi>
              </small>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

interface Document {
  readonly documentNumber?: EventNote['documentNumber'] | undefined;
  readonly sign?: EventNote['sign'] | undefined;
}
const documentWords = (t: Text, { documentNumber, sign }: Document): readonly string[] => [
  ...(documentNumber === undefined ? [] : [t('monitor:note.document', { number: documentNumber })]),
  ...(sign === undefined ? [] : [t('monitor:note.sign', { sign })]),
];
