/** What a cleanup would let go now, before anybody has it done: none of it comes back. */
import { Button, Group, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { Counts } from './counts.tsx';
import { dryRunQuery, useRunNow } from './jobs.queries.ts';
import classes from './jobs-list.module.css';

export function DryRunDialog({ isRunning, onClose }: { readonly isRunning: boolean; readonly onClose: () => void }) {
  const t = useText();
  const hq = useHq();
  const dryRun = useQuery(dryRunQuery(hq));
  const run = useRunNow();
  const error = dryRun.error ?? run.error;
  return (
    <Modal
      opened
      onClose={onClose}
      size={520}
      title={t('console:jobs.dry_run')}
      closeButtonProps={{ 'aria-label': t('hq:close') }}
    >
      <div className={classes.dialog}>
        {dryRun.isPending ? <LoadingState /> : dryRun.data ? <Counts counts={dryRun.data.counts} /> : null}
        <p>{t('console:jobs.dry_run_text')}</p>
        {error ? <ErrorLine error={error} /> : null}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('hq:close')}
          </Button>
          <Button
            color="red"
            disabled={!dryRun.data || isRunning}
            loading={run.isPending}
            onClick={() => run.mutate(undefined, { onSuccess: onClose })}
          >
            {t('console:jobs.run')}
          </Button>
        </Group>
      </div>
    </Modal>
  );
}
