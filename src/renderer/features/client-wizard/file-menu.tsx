/** What is done with a whole file: taken, handed over, ended. */
import { ActionIcon, Button, Menu, Modal } from '@mantine/core';
import { IconArrowsExchange, IconDotsVertical, IconTrash, IconUserHeart } from '@tabler/icons-react';
import { useState } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { type ClientFile, useManager } from '../../app/manager.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { useFileAct } from './client-file.queries.ts';
import { HandOverDialog } from './hand-over.tsx';
import classes from './wizard.module.css';

export function FileMenu({ file, onRemoved }: { readonly file: ClientFile; readonly onRemoved: () => void }) {
  const t = useText();
  const source = useManager();
  const { id, assignedTo } = file.client;
  const [open, setOpen] = useState<'hand_over' | 'remove'>();
  const assign = useFileAct(id, (own, memberId: string) => own.assign(id, memberId));
  const remove = useFileAct(id, async (own) => own.remove?.(id));
  const close = () => setOpen(undefined);
  return (
    <>
      <Menu position="bottom-end" width={280} radius="md" shadow="md">
        <Menu.Target>
          <ActionIcon aria-label={t('wizard:menu.open')}>
            <IconDotsVertical size={20} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            {file.assignedName === undefined
              ? t('wizard:menu.nobody')
              : t('wizard:menu.assigned', { name: file.assignedName })}
          </Menu.Label>
          {assignedTo === source.me.id ? null : (
            <Menu.Item
              leftSection={<IconUserHeart size={18} aria-hidden />}
              onClick={() => assign.mutate(source.me.id)}
            >
              {t('manager:file.take')}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconArrowsExchange size={18} aria-hidden />} onClick={() => setOpen('hand_over')}>
            {t('wizard:menu.hand_over')}
          </Menu.Item>
          {source.remove === undefined ? null : (
            <Menu.Item color="red" leftSection={<IconTrash size={18} aria-hidden />} onClick={() => setOpen('remove')}>
              {t('manager:file.remove')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {open === 'hand_over' ? <HandOverDialog file={file} onClose={close} /> : null}
      {open === 'remove' ? (
        <Modal
          opened
          onClose={close}
          size={480}
          title={t('wizard:remove.title')}
          closeButtonProps={{ 'aria-label': t('common:action.close') }}
        >
          <div className={classes.paper}>
            <p className={classes.note}>{t('wizard:remove.text', { name: file.client.name })}</p>
            {remove.isError ? <ErrorLine error={remove.error} /> : null}
            <div className={classes.row}>
              <Button
                color="red"
                loading={remove.isPending}
                onClick={() => remove.mutate(undefined, { onSuccess: onRemoved })}
              >
                {t('manager:file.remove_sure')}
              </Button>
              <Button variant="default" data-autofocus onClick={close}>
                {t('manager:file.remove_back')}
              </Button>
            </div>
          </div>
        </Modal>
      ) : null}
    </>
  );
}
