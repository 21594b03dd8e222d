/** Those the server works with: who they are, and on demand whether they work. */
import { Button } from '@mantine/core';
import { type Icon, IconAlertOctagon, IconCheck, IconMinus, IconPlugConnected } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import type { CheckedStep, HqConnections } from '#shared/hq/connections.api.ts';
import { useFormat } from '../../app/format.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { ErrorLine, ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { StatusTag, type Tone } from '../../ui/status-tag.tsx';
import { connectionsQuery, useCheck } from './connections.queries.ts';
import classes from './connections-list.module.css';
import { CHOICE, settingsOf } from './settings-of.ts';

type Connection = HqConnections['connections'][number];

export function ConnectionsList({ timeZone }: { readonly timeZone: string }) {
  const hq = useHq();
  const connections = useQuery(connectionsQuery(hq));
  if (connections.isPending) return <LoadingState />;
  if (!connections.data) return <ErrorState error={connections.error} onRetry={() => void connections.refetch()} />;
  return (
    <div className={classes.list}>
      {connections.data.connections.map((one) => (
        <ConnectionCard key={one.name} connection={one} timeZone={timeZone} />
      ))}
    </div>
  );
}

function ConnectionCard({ connection, timeZone }: { readonly connection: Connection; readonly timeZone: string }) {
  const t = useText();
  const id = useId();
  const { name, provider, host, webhookUrl } = connection;
  const check = useCheck(name);
  const title = t(`console:connections.name.${name}`);
  return (
    <section className={classes.card} aria-labelledby={id} aria-busy={check.isPending}>
      <header>
        <div>
          <h2 id={id}>{title}</h2>
          {provider === null ? (
            <p>{t('console:connections.none', { setting: CHOICE[name] })}</p>
          ) : (
            <p>
              {t(`console:connections.provider.${provider}`)}
              {host === null ? null : (
                <>
                  {' · '}
                  <bdi>{host}</bdi>
                </>
              )}
            </p>
          )}
          {webhookUrl === null ? null : (
            <p>
              {t('console:connections.webhook')} <code>{webhookUrl}</code>
            </p>
          )}
          {name === 'email' && provider !== null ? <p>{t('console:connections.letter_note')}</p> : null}
        </div>
        {provider === null ? null : (
          <Button
            variant="default"
            leftSection={<IconPlugConnected size={20} aria-hidden />}
            aria-label={t('console:connections.check_of', { name: title })}
            loading={check.isPending}
            onClick={() => check.mutate()}
          >
            {t('console:connections.check')}
          </Button>
        )}
      </header>
      <div aria-live="polite">
        {check.isPending ? <p className={classes.checking}>{t('console:connections.checking')}</p> : null}
        {check.data && !check.isPending ? (
          <ul>
            {check.data.steps.map((step) => (
              <li key={step.step}>
                <Step connection={connection} step={step} timeZone={timeZone} />
              </li>
            ))}
          </ul>
        ) : null}
      </div>
      {check.error ? <ErrorLine error={check.error} /> : null}
    </section>
  );
}

const LOOKS: Readonly<Record<CheckedStep['outcome'], readonly [Tone, Icon]>> = {
  ok: ['good', IconCheck],
  failed: ['bad', IconAlertOctagon],
  skipped: ['plain', IconMinus],
};

function Step({
  connection,
  step,
  timeZone,
}: {
  readonly connection: Connection;
  readonly step: CheckedStep;
  readonly timeZone: string;
}) {
  const t = useText();
  const format = useFormat(timeZone);
  const [tone, icon] = LOOKS[step.outcome];
  return (
    <>
      <span className={classes.what}>{t(`console:connections.step.${step.step}`)}</span>
      <StatusTag tone={tone} icon={icon}>
        {t(`console:connections.outcome.${step.outcome}`)}
      </StatusTag>
      {step.fault === undefined ? (
        <span>
          {step.outcome === 'skipped'
            ? t(`console:connections.skipped.${step.step}`)
            : t(`console:connections.ok.${step.step}`, { time: step.at === undefined ? '' : format.dateTime(step.at) })}
        </span>
      ) : (
        <span>
          {t(`console:connections.fault.${step.fault}`)}
          <small>
            {t('console:connections.settings')} <Names of={settingsOf(connection, step)} />
          </small>
          {step.said === undefined ? null : (
            <small>
              {t('console:connections.said')} <bdi>{step.said}</bdi>
            </small>
          )}
        </span>
      )}
    </>
  );
}

const Names = ({ of }: { readonly of: readonly string[] }) =>
  of.map((name, index) => (
    <span key={name}>
      {index === 0 ? null : ', '}
      <code>{name}</code>
    </span>
  ));
