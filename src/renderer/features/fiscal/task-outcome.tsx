/** How one task of the register is going, in a band: what happens, and the button that is needed where it stopped. */
import { Button } from '@mantine/core';
import {
  type Icon,
  IconAlertTriangle,
  IconCheck,
  IconClock,
  IconClockPause,
  IconHelpHexagon,
  IconPlugConnectedX,
  IconPrinterOff,
} from '@tabler/icons-react';
import { useText } from '../../app/i18n/i18n.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import type { Tone } from '../../ui/status-tag.tsx';
import type { Progress } from './fiscal.steps.ts';
import { TaskActions } from './task-actions.tsx';
import classes from './task-outcome.module.css';
import { useTask } from './task-progress.tsx';

export const PROGRESS_LOOKS: Readonly<Record<Progress, readonly [Tone, Icon]>> = {
  working: ['info', IconClock],
  waiting_register: ['warn', IconPlugConnectedX],
  waiting_settlement: ['warn', IconClockPause],
  paper_out: ['warn', IconPrinterOff],
  done: ['good', IconCheck],
  failed: ['bad', IconAlertTriangle],
  unknown: ['warn', IconHelpHexagon],
};

export function TaskOutcome({ taskId, onUnknown }: { readonly taskId: string; readonly onUnknown: () => void }) {
  const t = useText();
  const { task, progress, error } = useTask(taskId);
  if (error) return <ErrorLine error={error} />;
  if (!task || !progress) return null;
  const [tone, LookIcon] = PROGRESS_LOOKS[progress];
  const isPlain = progress === 'working' || progress === 'done';
  return (
    <Notice tone={tone} icon={LookIcon} role={isPlain ? 'status' : 'alert'}>
      <strong className={classes.title}>
        {isPlain ? t(`desk:outcome.${progress}.${task.type}`) : t(`desk:task.state.${progress}`)}
      </strong>
      {progress === 'done' && task.document ? (
        <span className={classes.text}>
          {t('desk:task.document', { number: task.document.fiscalDocumentNumber, sign: task.document.fiscalSign })}
        </span>
      ) : isPlain ? null : (
        <span className={classes.text}>
          {progress === 'failed' && task.error
            ? t('desk:outcome.said', { text: task.error.text, code: task.error.driverCode })
            : t(`desk:outcome.${progress}`)}
        </span>
      )}
      {progress === 'unknown' ? (
        <Button className={classes.act ?? ''} onClick={onUnknown}>
          {t('desk:task.settle')}
        </Button>
      ) : progress === 'failed' || progress === 'paper_out' ? (
        <div className={classes.act}>
          <TaskActions task={task} progress={progress} />
        </div>
      ) : null}
    </Notice>
  );
}
