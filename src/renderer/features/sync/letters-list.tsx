/** Answers that a person has to read: what was not taken and why, and what may be done about it. */
import { Button } from '@mantine/core';
import {
  IconCheck,
  IconCloudX,
  IconGitCompare,
  IconHourglassOff,
  IconMailOpened,
  IconRepeat,
} from '@tabler/icons-react';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import type { Letter } from '#shared/rpc/sync.contract.ts';
import { useNow } from '../../app/clock.tsx';
import { type Text, useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { useShopFormat } from '../../app/shop.ts';
import { anomalyText } from '../../ui/anomaly-text.ts';
import { ChangeIcon, ChangeWords } from '../../ui/change-words.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { PagedList } from '../../ui/paged-list.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { sinceText } from '../../ui/sync-tag.tsx';
import classes from './sync-list.module.css';

const PAGE = 50;
const KINDS = {
  refused: ['bad', IconCloudX],
  parked: ['bad', IconHourglassOff],
  contradicted: ['warn', IconGitCompare],
} as const;

export function LettersList({ isRead }: { readonly isRead: boolean }) {
  const t = useText();
  const api = useApi();
  const letters = useInfiniteQuery(
    api.sync.letters.infiniteOptions({
      input: (cursor: number | undefined) => ({ isRead, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) }),
      initialPageParam: undefined as number | undefined,
      getNextPageParam: (page) => page.next,
    }),
  );
  const rows = letters.data?.pages.flatMap((page) => page.letters) ?? [];
  const which = isRead ? 'read' : 'unread';
  return (
    <PagedList
      pages={letters}
      empty={<EmptyState icon={IconMailOpened} title={t(`sync:letters.empty.${which}`)} />}
      className={classes.list}
      more={t('sync:more')}
      last={t('sync:letters.last')}
    >
      {rows.map((letter) => (
        <li key={`${letter.key.deviceId} ${letter.key.incarnation} ${letter.key.mid}`}>
          <Row letter={letter} />
        </li>
      ))}
    </PagedList>
  );
}

/** Why, in words: the code of a refusal, or what a fact disagrees with. */
const reasonOf = (t: Text, { kind, code, anomalies }: Letter): string => {
  if (kind === 'contradicted') return anomalies.map((one) => anomalyText(t, one)).join(' ');
  if (kind === 'parked') return t('sync:letters.parked_text');
  return code === undefined ? t('sync:letters.refused_text') : t(`errors:${code}`);
};

function Row({ letter }: { readonly letter: Letter }) {
  const t = useText();
  const format = useShopFormat();
  const now = useNow(60_000);
  const [tone, icon] = KINDS[letter.kind];
  const { dismissed } = letter;
  return (
    <div className={classes.letter}>
      <span className={classes.icon}>
        <ChangeIcon name={letter.name} />
      </span>
      <div className={classes.words}>
        <span className={classes.title}>
          <span className={classes.what}>
            <ChangeWords change={letter} />
            {letter.amountMinor === undefined ? null : (
              <>
                {' • '}
                <bdi>{format.money(letter.amountMinor)}</bdi>
              </>
            )}
          </span>
          <StatusTag tone={tone} icon={icon}>
            {t(`sync:letters.kind.${letter.kind}`)}
          </StatusTag>
        </span>
        <p className={classes.reason}>{reasonOf(t, letter)}</p>
        <small>
          {t('sync:letters.made', { time: sinceText(format, letter.madeAt, now) })}
          {letter.by === undefined ? null : (
            <>
              {', '}
              <bdi>{letter.by}</bdi>
            </>
          )}
          {' • '}
          {t('sync:letters.told', { time: sinceText(format, letter.toldAt, now) })}
          {' • '}
          {t('sync:number', { mid: letter.key.mid })}
          {letter.message === undefined ? null : (
            <>
              {' • '}
              <bdi lang="en">{letter.message}</bdi>
            </>
          )}
        </small>
        {dismissed ? (
          <small className={classes.read}>
            {t(dismissed.isRetried ? 'sync:letters.retried_by' : 'sync:letters.read_by', {
              name: dismissed.by,
              time: sinceText(format, dismissed.at, now),
            })}
          </small>
        ) : null}
      </div>
      {dismissed ? null : <Acts letter={letter} />}
    </div>
  );
}

function Acts({ letter }: { readonly letter: Letter }) {
  const t = useText();
  const api = useApi();
  const retry = useMutation(api.sync.retry.mutationOptions());
  const dismiss = useMutation(api.sync.dismiss.mutationOptions());
  const error = retry.error ?? dismiss.error;
  return (
    <div className={classes.acts}>
      {letter.canRetry ? (
        <Button
          variant="default"
          leftSection={<IconRepeat size={18} aria-hidden />}
          loading={retry.isPending}
          onClick={() => retry.mutate(letter.key)}
        >
          {t('sync:letters.retry')}
        </Button>
      ) : null}
      <Button
        variant="subtle"
        color="gray"
        leftSection={<IconCheck size={18} aria-hidden />}
        loading={dismiss.isPending}
        onClick={() => dismiss.mutate(letter.key)}
      >
        {t('sync:letters.dismiss')}
      </Button>
      {error ? <ErrorLine error={error} /> : null}
    </div>
  );
}
