/** People of the organisation: who may do what, who is invited, who is out. */
import { ActionIcon, Button, Menu } from '@mantine/core';
import {
  type Icon,
  IconCheck,
  IconDots,
  IconLink,
  IconLock,
  IconLockOpen,
  IconMail,
  IconPencil,
  IconPlus,
  IconUser,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { HqUser, InvitationReply } from '#shared/hq/users.api.ts';
import { useFormat } from '../../app/format.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { ErrorLine, ErrorState } from '../../ui/error-state.tsx';
import { FleetList, FleetRow } from '../../ui/fleet-list.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { StatusTag, type Tone } from '../../ui/status-tag.tsx';
import { InvitationDialog } from './invitation-dialog.tsx';
import { UserDialog } from './user-dialog.tsx';
import classes from './users.module.css';
import { shopsQuery, useEditUser, useInviteAgain, usersQuery } from './users.queries.ts';

type Open =
  | { readonly is: 'person'; readonly user?: HqUser }
  | { readonly is: 'link'; readonly name: string; readonly invitation: InvitationReply };

export function UsersList({
  timeZone,
  refetchInterval,
}: {
  readonly timeZone: string;
  readonly refetchInterval: number | false;
}) {
  const t = useText();
  const hq = useHq();
  const users = useQuery({ ...usersQuery(hq), refetchInterval });
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const showLink = (name: string, invitation: InvitationReply) => setOpen({ is: 'link', name, invitation });
  return (
    <section className={classes.part} aria-label={t('console:users.people')}>
      {users.isPending ? (
        <LoadingState />
      ) : users.data ? (
        <FleetList
          action={
            <Button leftSection={<IconPlus size={20} aria-hidden />} onClick={() => setOpen({ is: 'person' })}>
              {t('console:users.invite')}
            </Button>
          }
        >
          {users.data.users.map((user) => (
            <li key={user.id}>
              <Row
                user={user}
                timeZone={timeZone}
                onEdit={() => setOpen({ is: 'person', user })}
                onLink={(invitation) => showLink(user.name, invitation)}
              />
            </li>
          ))}
        </FleetList>
      ) : (
        <ErrorState error={users.error} onRetry={() => void users.refetch()} />
      )}
      {open?.is === 'person' ? <UserDialog user={open.user} onInvited={showLink} onClose={close} /> : null}
      {open?.is === 'link' ? (
        <InvitationDialog name={open.name} invitation={open.invitation} timeZone={timeZone} onClose={close} />
      ) : null}
    </section>
  );
}

const LOOKS: Readonly<Record<HqUser['state'], readonly [Tone, Icon]>> = {
  active: ['good', IconCheck],
  invited: ['info', IconMail],
  blocked: ['plain', IconLock],
};

function Row({
  user,
  timeZone,
  onEdit,
  onLink,
}: {
  readonly user: HqUser;
  readonly timeZone: string;
  readonly onEdit: () => void;
  readonly onLink: (invitation: InvitationReply) => void;
}) {
  const t = useText();
  const hq = useHq();
  const format = useFormat(timeZone);
  const edit = useEditUser();
  const again = useInviteAgain();
  const shops = useQuery(shopsQuery(hq)).data?.shops;
  const [tone, icon] = LOOKS[user.state];
  const isBlocked = user.state === 'blocked';
  const names = user.shopIds.map((id) => shops?.find((shop) => shop.id === id)?.name ?? id);
  const error = edit.error ?? again.error;
  return (
    <FleetRow
      className={classes.row}
      icon={IconUser}
      isOut={isBlocked}
      name={
        <>
          <bdi>{user.name}</bdi>
          <small>
            <bdi>{user.email}</bdi>
          </small>
        </>
      }
      place={
        <>
          {user.roles.map((role) => t(`hq:role.${role}`)).join(', ')}
          {names.length > 0 ? (
            <small>
              <bdi>{names.join(', ')}</bdi>
            </small>
          ) : null}
        </>
      }
      state={
        <>
          <StatusTag tone={tone} icon={icon}>
            {t(`console:users.state.${user.state}`)}
          </StatusTag>
          {user.lastSignInAt === undefined ? null : (
            <small className={classes.seen}>
              {t('console:users.seen', { time: format.dateTime(user.lastSignInAt) })}
            </small>
          )}
          {error ? <ErrorLine error={error} /> : null}
        </>
      }
      menu={
        <Menu position="bottom-end" width={260} radius="md" shadow="md">
          <Menu.Target>
            <ActionIcon aria-label={t('hq:devices.actions', { name: user.name })}>
              <IconDots size={20} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconPencil size={18} aria-hidden />} onClick={onEdit}>
              {t('console:users.edit')}
            </Menu.Item>
            {isBlocked ? null : (
              <Menu.Item
                leftSection={<IconLink size={18} aria-hidden />}
                onClick={() => again.mutate(user.id, { onSuccess: onLink })}
              >
                {t('console:users.new_link')}
              </Menu.Item>
            )}
            {user.isMe ? null : (
              <Menu.Item
                leftSection={isBlocked ? <IconLockOpen size={18} aria-hidden /> : <IconLock size={18} aria-hidden />}
                onClick={() => edit.mutate({ id: user.id, patch: { active: isBlocked } })}
              >
                {isBlocked ? t('console:users.unblock') : t('console:users.block')}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      }
    />
  );
}
