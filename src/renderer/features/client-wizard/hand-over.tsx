/** A case that is half done goes to a colleague, with everything that is in it. */
import { Button, Modal, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { type ClientFile, useManager } from '../../app/manager.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { membersQuery, useFileAct } from './client-file.queries.ts';
import classes from './wizard.module.css';

export function HandOverDialog({ file, onClose }: { readonly file: ClientFile; readonly onClose: () => void }) {
  const t = useText();
  const source = useManager();
  const { id, assignedTo } = file.client;
  const members = useQuery(membersQuery(source));
  const [to, setTo] = useState<string | null>(null);
  const assign = useFileAct(id, (own, memberId: string) => own.assign(id, memberId));
  const others = (members.data ?? []).filter((member) => member.id !== assignedTo);
  return (
    <Modal
      opened
      onClose={onClose}
      size={480}
      title={t('wizard:hand_over.title')}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      <div className={classes.paper}>
        <p className={classes.note}>{t('wizard:hand_over.text')}</p>
        <Select
          data-autofocus
          label={t('wizard:hand_over.to')}
          data={others.map((member) => ({ value: member.id, label: member.name }))}
          value={to}
          onChange={setTo}
          searchable
          nothingFoundMessage={t('wizard:hand_over.nobody')}
        />
        {members.isError ? <ErrorLine error={members.error} /> : null}
        {assign.isError ? <ErrorLine error={assign.error} /> : null}
        <Button
          disabled={to === null}
          loading={assign.isPending}
          onClick={() => to !== null && assign.mutate(to, { onSuccess: onClose })}
        >
          {t('wizard:hand_over.act')}
        </Button>
      </div>
    </Modal>
  );
}
