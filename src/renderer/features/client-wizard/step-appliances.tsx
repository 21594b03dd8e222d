/** Step 3: what is taken into service, with pictures, and what it will cost. */
import { Button } from '@mantine/core';
import { IconDeviceTv, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { isDialogOpen } from '../../app/dialog-open.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useKeys } from '../../app/keys.ts';
import { type ClientFile, useManager } from '../../app/manager.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { KeyHint } from '../../ui/key-hint.tsx';
import { ApplianceCard } from './appliance-card.tsx';
import { ApplianceDialog } from './appliance-dialog.tsx';
import { tariffsQuery, useFileAct } from './client-file.queries.ts';
import { StepFrame } from './step-frame.tsx';
import { TariffSide } from './tariff-side.tsx';
import classes from './wizard.module.css';
import type { Step } from './wizard.rules.ts';

export function StepAppliances({ file, onStep }: { readonly file: ClientFile; readonly onStep: (step: Step) => void }) {
  const t = useText();
  const source = useManager();
  const { id } = file.client;
  /** Which one is open in the dialog. */
  const [open, setOpen] = useState<'new' | { readonly id: string }>();
  const tariffs = useQuery(tariffsQuery(source));
  const choose = useFileAct(id, (own, tariffId: string) => own.chooseTariff(id, tariffId));
  const all = tariffs.data ?? [];
  const chosen = all.find((one) => one.id === file.client.tariffId);
  const [only] = all;
  // One tariff is no choice: it is applied as soon as there is something to apply it to.
  const isObvious = all.length === 1 && chosen === undefined && file.appliances.length > 0;
  const { mutate, isIdle } = choose;
  useEffect(() => {
    if (isObvious && only !== undefined && isIdle) mutate(only.id);
  }, [isObvious, only, isIdle, mutate]);
  const edited = typeof open === 'object' ? file.appliances.find((one) => one.id === open.id) : undefined;
  useKeys(() => (isDialogOpen() ? {} : { F4: () => setOpen('new') }));
  return (
    <StepFrame
      step="3"
      title={t('wizard:appliances.title')}
      lead={t('wizard:appliances.lead', { count: file.appliances.length })}
      onStep={onStep}
      isNextBusy={choose.isPending}
      action={
        <Button leftSection={<IconPlus size={20} aria-hidden />} onClick={() => setOpen('new')}>
          {t('wizard:appliances.add')}
          <span className={classes.nextKey}>
            <KeyHint keys="F4" />
          </span>
        </Button>
      }
      side={
        <TariffSide
          tariffs={all}
          chosen={chosen}
          appliances={file.appliances}
          error={choose.error ?? tariffs.error}
          onChoose={(tariffId) => choose.mutate(tariffId)}
        />
      }
    >
      {file.appliances.length === 0 ? (
        <EmptyState icon={IconDeviceTv} title={t('wizard:appliances.empty')} text={t('wizard:appliances.empty_text')} />
      ) : (
        <ul className={classes.list}>
          {file.appliances.map((one) => (
            <li key={one.id}>
              <ApplianceCard clientId={id} appliance={one} tariff={chosen} onEdit={() => setOpen({ id: one.id })} />
            </li>
          ))}
        </ul>
      )}
      {open === undefined || (open !== 'new' && edited === undefined) ? null : (
        <ApplianceDialog
          key={open === 'new' ? 'new' : open.id}
          clientId={id}
          appliance={edited}
          onClose={() => setOpen(undefined)}
        />
      )}
    </StepFrame>
  );
}
