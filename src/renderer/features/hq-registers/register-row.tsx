import { ActionIcon, Button, Menu, UnstyledButton } from '@mantine/core';
import {
  type Icon,
  IconArchive,
  IconCircleFilled,
  IconClockHour4,
  IconDots,
  IconHelpHexagon,
  IconHourglass,
  IconKey,
  IconPencil,
  IconPlugConnectedX,
  IconPointOff,
  IconPrinter,
  IconStack2,
  IconX,
} from '@tabler/icons-react';
import type { HqRegister } from '#shared/hq/fiscal.api.ts';
import { useFormat } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { FleetRow } from '../../ui/fleet-list.tsx';
import { StatusTag, type Tone } from '../../ui/status-tag.tsx';
import { lookOf, type RegisterLook } from './register.rules.ts';
import classes from './register-row.module.css';
import { RegisterSaid } from './register-said.tsx';

const LOOKS: Readonly<Record<RegisterLook, readonly [Tone, Icon]>> = {
  online: ['good', IconCircleFilled],
  away: ['warn', IconPointOff],
  never: ['plain', IconClockHour4],
  archived: ['plain', IconX],
};

export function RegisterRow({
  register,
  serverNow,
  timeZone,
  onOpen,
  onQueue,
}: {
  readonly register: HqRegister;
  readonly serverNow: number;
  readonly timeZone: string;
  readonly onOpen: (what: 'edit' | 'tokens' | 'archive') => void;
  readonly onQueue: () => void;
}) {
  const t = useText();
  const format = useFormat();
  const look = lookOf(register);
  const [tone, icon] = LOOKS[look];
  const isArchived = look === 'archived';
  // The server's clock made both times; this machine's may be wrong.
  const ago = format.ago(register.lastSeenAt ?? serverNow, serverNow);
  return (
    <FleetRow
      className={classes.row}
      icon={IconPrinter}
      isOut={isArchived}
      name={
        <>
          <bdi>{register.name}</bdi>
          <small>
            <bdi>{register.id}</bdi>
          </small>
        </>
      }
      place={
        <>
          <bdi>
            {register.kktIp.includes(':') ? `[${register.kktIp}]` : register.kktIp}:{register.kktPort}
          </bdi>
          <small>
            <bdi>{register.shopName}</bdi>
          </small>
        </>
      }
      state={
        <>
          <StatusTag tone={tone} icon={icon}>
            {look === 'away' ? t('monitor:registers.look.away', { ago }) : t(`monitor:registers.look.${look}`)}
          </StatusTag>
          {isArchived ? null : <Driver register={register} />}
          <Queue register={register} onQueue={onQueue} />
          {isArchived || register.state === undefined ? null : (
            <RegisterSaid state={register.state} serverNow={serverNow} timeZone={timeZone} />
          )}
        </>
      }
      menu={
        <>
          {isArchived ? null : (
            <>
              <Button
                variant="default"
                leftSection={<IconKey size={18} aria-hidden />}
                onClick={() => onOpen('tokens')}
              >
                {t('monitor:registers.open_tokens')}
              </Button>
              <Menu position="bottom-end" width={240} radius="md" shadow="md">
                <Menu.Target>
                  <ActionIcon aria-label={t('monitor:registers.actions', { name: register.name })}>
                    <IconDots size={20} aria-hidden />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item leftSection={<IconPencil size={18} aria-hidden />} onClick={() => onOpen('edit')}>
                    {t('monitor:registers.edit')}
                  </Menu.Item>
                  <Menu.Item
                    className={classes.danger ?? ''}
                    leftSection={<IconArchive size={18} aria-hidden />}
                    onClick={() => onOpen('archive')}
                  >
                    {t('monitor:registers.archive')}
                  </Menu.Item>
                </Menu.Dropdown>
              </Menu>
            </>
          )}
        </>
      }
    />
  );
}

/** Who can take its tasks. Nobody is worth a word: they would wait for ever. */
function Driver({ register: { deviceName, tokens } }: { readonly register: HqRegister }) {
  const t = useText();
  if (deviceName === undefined && tokens === 0) {
    return (
      <StatusTag tone="warn" icon={IconPlugConnectedX}>
        {t('monitor:registers.nobody')}
      </StatusTag>
    );
  }
  const words = [
    ...(deviceName === undefined ? [] : [t('monitor:registers.driven_by', { name: deviceName })]),
    ...(tokens === 0 ? [] : [t('monitor:registers.tokens', { count: tokens })]),
  ];
  return <small>{words.join(' • ')}</small>;
}

function Queue({
  register: { name, queue },
  onQueue,
}: {
  readonly register: HqRegister;
  readonly onQueue: () => void;
}) {
  const t = useText();
  const { waiting, inProgress, stale, uncertain } = queue;
  if (waiting + inProgress + uncertain === 0) return null;
  return (
    <UnstyledButton className={classes.queue} aria-label={t('monitor:registers.to_queue', { name })} onClick={onQueue}>
      {waiting > 0 ? (
        <StatusTag tone="info" icon={IconStack2}>
          {t('monitor:registers.waiting', { count: waiting })}
        </StatusTag>
      ) : null}
      {inProgress > stale ? (
        <StatusTag tone="info" icon={IconPrinter}>
          {t('monitor:registers.in_progress', { count: inProgress - stale })}
        </StatusTag>
      ) : null}
      {stale > 0 ? (
        <StatusTag tone="warn" icon={IconHourglass}>
          {t('monitor:registers.stale', { count: stale })}
        </StatusTag>
      ) : null}
      {uncertain > 0 ? (
        <StatusTag tone="warn" icon={IconHelpHexagon}>
          {t('monitor:registers.uncertain', { count: uncertain })}
        </StatusTag>
      ) : null}
    </UnstyledButton>
  );
}
