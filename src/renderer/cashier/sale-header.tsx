import { Menu, UnstyledButton } from '@mantine/core';
import { IconDeviceMobile, IconHelpHexagon, IconKeyboard } from '@tabler/icons-react';
import type { DeviceInfo } from '#shared/rpc/device.contract.ts';
import type { RegisterView } from '#shared/rpc/fiscal.contract.ts';
import { useText } from '../app/i18n/i18n.ts';
import { RegisterTag } from '../features/fiscal/register-tag.tsx';
import { DrawerTag, ShiftTag } from '../features/shift/shift-tag.tsx';
import { PersonMenu } from '../features/staff/person-menu.tsx';
import { SyncBadge } from '../features/sync/sync-badge.tsx';
import type { Member } from '../staffed/staffed-app.tsx';
import { AppHeader } from '../ui/app-header.tsx';
import { StatusTag } from '../ui/status-tag.tsx';
import { type Section, useDesk } from './desk.store.ts';
import classes from './sale-header.module.css';

export function SaleHeader({
  info,
  register,
  member,
  onDesk,
  onUnknown,
  onCommand,
  onKeys,
  onSignOut,
}: {
  readonly info: DeviceInfo;
  readonly register: RegisterView | undefined;
  readonly member: Member;
  readonly onDesk: (section: Section) => void;
  readonly onUnknown: () => void;
  /** A phone asks for something, and its dialog was put off; undefined while none does. */
  readonly onCommand: (() => void) | undefined;
  readonly onKeys: () => void;
  readonly onSignOut: () => void;
}) {
  const t = useText();
  const isCounting = useDesk((state) => state.isCounting);
  return (
    <AppHeader
      title={
        <>
          <bdi>{info.device?.name}</bdi>
          {info.shop ? (
            <>
              {' • '}
              <bdi>{info.shop.name}</bdi>
            </>
          ) : null}
        </>
      }
    >
      {onCommand === undefined ? null : (
        <UnstyledButton className={classes.tagButton} onClick={onCommand}>
          <StatusTag tone="warn" icon={IconDeviceMobile}>
            {t('exchange:command.tag')}
          </StatusTag>
        </UnstyledButton>
      )}
      {register ? (
        <>
          {register.unknownTaskId === undefined ? null : (
            <UnstyledButton className={classes.tagButton} onClick={onUnknown}>
              <StatusTag tone="bad" icon={IconHelpHexagon}>
                {t('cashier:unknown.tag')}
              </StatusTag>
            </UnstyledButton>
          )}
          <UnstyledButton className={classes.tagButton} onClick={() => onDesk('shift')}>
            <ShiftTag shift={register.shift} />
            {isCounting ? null : <DrawerTag cashMinor={register.cashMinor} />}
          </UnstyledButton>
          <UnstyledButton className={classes.tagButton} onClick={() => onDesk('registers')}>
            <RegisterTag register={register} />
          </UnstyledButton>
        </>
      ) : null}
      <SyncBadge onOpen={() => onDesk('sync')} />
      <PersonMenu member={member} onSignOut={onSignOut}>
        <Menu.Item leftSection={<IconKeyboard size={18} aria-hidden />} onClick={onKeys}>
          {t('cashier:keys.title')}
        </Menu.Item>
      </PersonMenu>
    </AppHeader>
  );
}
