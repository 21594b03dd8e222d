/** Tokens of a register's agents. A new one is shown once, large; what ends one asks first. */
import { Button, Group, Modal } from '@mantine/core';
import { type Icon, IconCheck, IconClockHour4, IconKey, IconKeyOff, IconPlus, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { HqAgentToken, HqRegister, IssuedToken } from '#shared/hq/fiscal.api.ts';
import { useFormat } from '../../app/format.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorLine, ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { StatusTag, type Tone } from '../../ui/status-tag.tsx';
import classes from './dialogs.module.css';
import { tokensQuery, useIssueToken, useRevokeToken, useRotateToken } from './registers.queries.ts';
import { TokenSecret } from './token-secret.tsx';

type Asking = { readonly act: 'rotate' | 'revoke'; readonly tokenId: string };

export function TokensDialog({
  register,
  timeZone,
  onClose,
}: {
  readonly register: Pick<HqRegister, 'id' | 'name'>;
  readonly timeZone: string;
  readonly onClose: () => void;
}) {
  const t = useText();
  const [issued, setIssued] = useState<IssuedToken>();
  const [asking, setAsking] = useState<Asking>();
  return (
    <Modal
      opened
      onClose={onClose}
      size={600}
      // A secret that is shown once must not go away by a stray click.
      closeOnClickOutside={issued === undefined}
      title={
        issued
          ? t('monitor:tokens.once_title')
          : asking
            ? t(`monitor:tokens.${asking.act}_title`)
            : t('monitor:tokens.title', { name: register.name })
      }
      closeButtonProps={{ 'aria-label': t('hq:close') }}
    >
      {issued ? (
        <TokenSecret issued={issued} timeZone={timeZone} onDone={() => setIssued(undefined)} />
      ) : asking ? (
        <Ask
          registerId={register.id}
          asking={asking}
          onIssued={(token) => {
            setAsking(undefined);
            setIssued(token);
          }}
          onBack={() => setAsking(undefined)}
        />
      ) : (
        <Tokens registerId={register.id} timeZone={timeZone} onAsk={setAsking} onIssued={setIssued} />
      )}
    </Modal>
  );
}

function Tokens({
  registerId,
  timeZone,
  onAsk,
  onIssued,
}: {
  readonly registerId: string;
  readonly timeZone: string;
  readonly onAsk: (asking: Asking) => void;
  readonly onIssued: (issued: IssuedToken) => void;
}) {
  const t = useText();
  const hq = useHq();
  const tokens = useQuery(tokensQuery(hq, registerId));
  const issue = useIssueToken();
  if (tokens.isPending) return <LoadingState />;
  if (tokens.isError && !tokens.data) return <ErrorState error={tokens.error} onRetry={() => void tokens.refetch()} />;
  const add = (
    <Button
      leftSection={<IconPlus size={20} aria-hidden />}
      loading={issue.isPending}
      onClick={() => issue.mutate(registerId, { onSuccess: onIssued })}
    >
      {t('monitor:tokens.issue')}
    </Button>
  );
  return (
    <div className={classes.form}>
      <p className={classes.text}>{t('monitor:tokens.text')}</p>
      {tokens.data.tokens.length === 0 ? (
        <EmptyState icon={IconKey} title={t('monitor:tokens.empty')} action={add} />
      ) : (
        <>
          <ul className={classes.list}>
            {tokens.data.tokens.map((token) => (
              <li key={token.tokenId}>
                <Token token={token} serverNow={tokens.data.serverNow} timeZone={timeZone} onAsk={onAsk} />
              </li>
            ))}
          </ul>
          <Group justify="flex-end">{add}</Group>
        </>
      )}
      {issue.isError ? <ErrorLine error={issue.error} /> : null}
    </div>
  );
}

const LOOKS: Readonly<Record<HqAgentToken['state'], readonly [Tone, Icon]>> = {
  live: ['good', IconCheck],
  grace: ['warn', IconClockHour4],
  over: ['plain', IconX],
  revoked: ['plain', IconKeyOff],
};

function Token({
  token,
  serverNow,
  timeZone,
  onAsk,
}: {
  readonly token: HqAgentToken;
  readonly serverNow: number;
  readonly timeZone: string;
  readonly onAsk: (asking: Asking) => void;
}) {
  const t = useText();
  const format = useFormat(timeZone);
  const { tokenId, state } = token;
  const [tone, icon] = LOOKS[state];
  const facts = [
    t('monitor:tokens.issued', { date: format.dateTime(token.issuedAt) }),
    token.lastUsedAt === undefined
      ? t('monitor:tokens.unused')
      : t('monitor:tokens.used', { ago: format.ago(token.lastUsedAt, serverNow) }),
    ...(state === 'grace' && token.graceUntil !== undefined
      ? [t('monitor:tokens.until', { time: format.time(token.graceUntil) })]
      : []),
  ];
  const ask = (act: Asking['act']) => () => onAsk({ act, tokenId });
  return (
    <>
      <StatusTag tone={tone} icon={icon}>
        {t(`monitor:tokens.state.${state}`)}
      </StatusTag>
      <span className={classes.acts}>
        {state === 'live' ? (
          <Button variant="default" onClick={ask('rotate')}>
            {t('monitor:tokens.rotate')}
          </Button>
        ) : null}
        {state === 'live' || state === 'grace' ? (
          <Button variant="subtle" color="red" onClick={ask('revoke')}>
            {t('monitor:tokens.revoke')}
          </Button>
        ) : null}
      </span>
      <small>{facts.join(' • ')}</small>
    </>
  );
}

function Ask({
  registerId,
  asking: { act, tokenId },
  onIssued,
  onBack,
}: {
  readonly registerId: string;
  readonly asking: Asking;
  readonly onIssued: (issued: IssuedToken) => void;
  readonly onBack: () => void;
}) {
  const t = useText();
  const rotate = useRotateToken();
  const revoke = useRevokeToken();
  const { isPending, isError, error } = act === 'rotate' ? rotate : revoke;
  const of = { id: registerId, tokenId };
  return (
    <div className={classes.form}>
      <p className={classes.text}>{t(`monitor:tokens.${act}_text`)}</p>
      {isError ? <ErrorLine error={error} /> : null}
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onBack} data-autofocus>
          {t('monitor:tokens.back')}
        </Button>
        <Button
          {...(act === 'revoke' ? { color: 'red' } : {})}
          loading={isPending}
          onClick={() =>
            act === 'rotate' ? rotate.mutate(of, { onSuccess: onIssued }) : revoke.mutate(of, { onSuccess: onBack })
          }
        >
          {t(`monitor:tokens.${act}`)}
        </Button>
      </Group>
    </div>
  );
}
