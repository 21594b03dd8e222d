import {
  type Icon,
  IconAlertTriangle,
  IconCheck,
  IconClock,
  IconGavel,
  IconHelpHexagon,
  IconHourglass,
  IconPrinter,
  IconRefresh,
  IconX,
} from '@tabler/icons-react';
import type { HqTask } from '#shared/hq/fiscal.api.ts';
import { useFormat } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { StatusTag, type Tone } from '../../ui/status-tag.tsx';
import { lookOf, type TaskLook } from './task.rules.ts';

const LOOKS: Readonly<Record<TaskLook, readonly [Tone, Icon]>> = {
  queued: ['info', IconClock],
  in_progress: ['info', IconPrinter],
  done: ['good', IconCheck],
  settled: ['good', IconGavel],
  error: ['bad', IconAlertTriangle],
  retrying: ['info', IconRefresh],
  cancelled: ['plain', IconX],
  uncertain: ['warn', IconHelpHexagon],
  stale: ['warn', IconHourglass],
};

export function TaskStatusTag({ task, timeZone }: { readonly task: HqTask; readonly timeZone: string }) {
  const t = useText();
  const format = useFormat(timeZone);
  const look = lookOf(task);
  const [tone, icon] = LOOKS[look];
  return (
    <StatusTag tone={tone} icon={icon}>
      {look === 'retrying'
        ? t('monitor:look.retrying', { time: format.time(task.nextRetryAt ?? 0) })
        : t(`monitor:look.${look}`)}
    </StatusTag>
  );
}
