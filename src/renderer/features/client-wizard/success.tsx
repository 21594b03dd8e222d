/** The end: signed and proven; paid, or to be paid; what the client was told. */
import { Button } from '@mantine/core';
import { IconArrowLeft, IconCheck, IconReceipt, IconUserPlus } from '@tabler/icons-react';
import { useText } from '../../app/i18n/i18n.ts';
import { type ClientFile, useManagerFormat } from '../../app/manager.tsx';
import { Notice } from '../../ui/notice.tsx';
import { BillDialogButton } from './bill-dialog.tsx';
import { ContractPaper } from './contract-paper.tsx';
import { Evidence } from './evidence.tsx';
import { Invoices } from './invoices.tsx';
import { Messages } from './messages.tsx';
import classes from './wizard.module.css';
import { isSigned } from './wizard.rules.ts';

export function Success({
  file,
  onList,
  onStep,
}: {
  readonly file: ClientFile;
  readonly onList: () => void;
  readonly onStep: () => void;
}) {
  const t = useText();
  const format = useManagerFormat();
  const { contract: card } = file;
  const { current } = card;
  const pending = card.invoices.filter(({ status }) => status === 'pending');
  const due = pending.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  if (current === null || !isSigned(card)) {
    return (
      <div className={classes.body}>
        <section className={classes.main}>
          <Notice
            tone="warn"
            icon={IconReceipt}
            action={<Button onClick={onStep}>{t('wizard:success.to_contract')}</Button>}
          >
            {t('wizard:success.not_signed')}
          </Notice>
        </section>
      </div>
    );
  }
  return (
    <div className={classes.body}>
      <section className={classes.main} aria-labelledby="step-title">
        <div className={classes.done}>
          <span className={classes.doneMark}>
            <IconCheck size={36} stroke={2.5} aria-hidden />
          </span>
          <div>
            <h2 id="step-title" className={classes.stepTitle}>
              {t(due > 0 ? 'wizard:success.signed_due' : 'wizard:success.done')}
            </h2>
            <p className={classes.lead}>
              {due > 0
                ? t('wizard:success.due', { number: current.number, sum: format.money(due) })
                : t('wizard:success.number', { number: current.number })}
            </p>
          </div>
        </div>
        <Invoices file={file} />
        <Evidence contract={current} />
        <section className={classes.panel}>
          <div className={classes.row}>
            <ContractPaper file={file} contract={current} />
            <BillDialogButton file={file} contract={current} />
          </div>
        </section>
        <Messages messages={card.messages} />
      </section>
      <footer className={classes.foot}>
        <div className={classes.footState}>
          <p className={classes.saved}>
            <IconUserPlus size={18} aria-hidden />
            {t('wizard:success.change_later')}
          </p>
        </div>
        <Button size="lg" leftSection={<IconArrowLeft size={20} aria-hidden />} onClick={onList}>
          {t('wizard:success.to_list')}
        </Button>
      </footer>
    </div>
  );
}
