import { Button, Group } from '@mantine/core';
import { type Icon, IconAlertTriangle, IconCircleCheck, IconCircleX, IconRefreshAlert } from '@tabler/icons-react';
import type { HqImport } from '#shared/hq/catalogue.api.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { StatePanel } from '../../ui/state-panel.tsx';
import { changesIn, countsOf } from './import.rules.ts';

type End = 'applied' | 'stale' | 'cancelled' | 'interrupted' | 'failed';
const ENDS: Readonly<Record<End, readonly ['good' | 'warn' | 'bad' | 'plain', Icon]>> = {
  applied: ['good', IconCircleCheck],
  stale: ['warn', IconRefreshAlert],
  cancelled: ['plain', IconCircleX],
  interrupted: ['warn', IconAlertTriangle],
  failed: ['bad', IconAlertTriangle],
};
const isEnd = (status: HqImport['status']): status is End => Object.hasOwn(ENDS, status);

/** How it ended. Only `applied` has changed anything, and each of the others says so. */
export function ImportEnd({
  of,
  onAgain,
  onClose,
}: {
  readonly of: HqImport;
  readonly onAgain: () => void;
  readonly onClose: () => void;
}) {
  const t = useText();
  if (!isEnd(of.status)) return null;
  const [tone, icon] = ENDS[of.status];
  return (
    <StatePanel
      role={of.status === 'applied' ? 'status' : 'alert'}
      tone={tone}
      icon={icon}
      title={t(`goods:end.${of.status}.title`, { count: changesIn(countsOf(of)) })}
      text={t(`goods:end.${of.status}.text`)}
      action={
        <Group gap="sm" justify="center">
          <Button variant={of.status === 'applied' ? 'default' : 'filled'} onClick={onAgain}>
            {t('goods:import.another')}
          </Button>
          <Button variant={of.status === 'applied' ? 'filled' : 'default'} onClick={onClose} data-autofocus>
            {t('goods:import.done')}
          </Button>
        </Group>
      }
    />
  );
}
