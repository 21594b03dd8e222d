import { Menu, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconLogout } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { StaffSession } from '#shared/rpc/staff.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { LanguageItem } from '../../ui/language-item.tsx';
import { Avatar } from './avatar.tsx';
import classes from './person-menu.module.css';

/** Who is signed in, with what only they decide: leaving. `children` are further entries of the screen. */
export function PersonMenu({
  member,
  onSignOut,
  children,
}: {
  readonly member: NonNullable<StaffSession['member']>;
  /** Before the session ends: what must be put aside. */
  readonly onSignOut?: () => void;
  readonly children?: ReactNode;
}) {
  const t = useText();
  const api = useApi();
  const queryClient = useQueryClient();
  const signOut = useMutation({
    ...api.staff.signOut.mutationOptions(),
    onMutate: () => onSignOut?.(),
    onSuccess: (session) => queryClient.setQueryData(api.staff.current.queryKey(), session),
  });
  return (
    <Menu position="bottom-end" width={260} radius="md" shadow="md">
      <Menu.Target>
        <UnstyledButton className={classes.person}>
          <Avatar name={member.name} />
          <bdi className={classes.name}>{member.name}</bdi>
          <IconChevronDown size={16} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t(`staff:role.${member.role}`)}</Menu.Label>
        {children}
        <LanguageItem />
        <Menu.Item
          leftSection={<IconLogout size={18} aria-hidden />}
          onClick={() => signOut.mutate({})}
          disabled={signOut.isPending}
        >
          {t('staff:sign_out')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
