import { Button, Checkbox, Group, Modal, MultiSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { UserRole } from '#shared/hq/hq.api.ts';
import type { HqUser, InvitationReply } from '#shared/hq/users.api.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { newPageId } from '../../app/page-id.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import classes from './users.module.css';
import { shopsQuery, useEditUser, useInvite } from './users.queries.ts';

/** Somebody new, or what somebody may do from now on. */
export function UserDialog({
  user,
  onInvited,
  onClose,
}: {
  readonly user: HqUser | undefined;
  readonly onInvited: (name: string, invitation: InvitationReply) => void;
  readonly onClose: () => void;
}) {
  const t = useText();
  const hq = useHq();
  const shops = useQuery(shopsQuery(hq));
  const invite = useInvite();
  const edit = useEditUser();
  const [id] = useState(newPageId);
  const [name, setName] = useState(user?.name ?? '');
  const [email, setEmail] = useState(user?.email ?? '');
  const [roles, setRoles] = useState<readonly UserRole[]>(user?.roles ?? []);
  const [shopIds, setShopIds] = useState<string[]>(user?.shopIds ?? []);
  const isPartner = roles.includes('partner');
  const isReady = name.trim() !== '' && email.trim() !== '' && roles.length > 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isReady || invite.isPending || edit.isPending) return;
    const person = { name: name.trim(), roles: [...roles], shopIds: isPartner ? shopIds : [] };
    if (user) return edit.mutate({ id: user.id, patch: person }, { onSuccess: onClose });
    invite.mutate(
      { ...person, id, email: email.trim() },
      { onSuccess: (invitation) => onInvited(person.name, invitation) },
    );
  };
  const { error } = user ? edit : invite;
  return (
    <Modal
      opened
      onClose={onClose}
      size={480}
      title={user ? t('console:users.edit_title', { name: user.name }) : t('console:users.invite')}
      closeButtonProps={{ 'aria-label': t('hq:close') }}
    >
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          label={t('console:users.name')}
          maxLength={128}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          autoComplete="off"
          data-autofocus
        />
        <TextInput
          label={t('hq:sign_in.email')}
          type="email"
          maxLength={254}
          disabled={user !== undefined}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          autoComplete="off"
          dir="ltr"
        />
        <fieldset className={classes.roles}>
          <legend>{t('console:users.roles')}</legend>
          {UserRole.options.map((role) => (
            <Checkbox
              key={role}
              radius="sm"
              label={t(`hq:role.${role}`)}
              description={t(`console:users.role.${role}`)}
              checked={roles.includes(role)}
              onChange={({ currentTarget: { checked } }) =>
                setRoles(checked ? [...roles, role] : roles.filter((one) => one !== role))
              }
            />
          ))}
        </fieldset>
        {isPartner ? (
          <MultiSelect
            label={t('console:users.shops')}
            description={t('console:users.shops_hint')}
            searchable
            value={shopIds}
            onChange={setShopIds}
            data={(shops.data?.shops ?? []).map((shop) => ({ value: shop.id, label: shop.name }))}
          />
        ) : null}
        {error ? <ErrorLine error={error} /> : null}
        <Group justify="flex-end">
          <Button type="submit" disabled={!isReady} loading={invite.isPending || edit.isPending}>
            {user ? t('console:users.save') : t('console:users.invite_submit')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
