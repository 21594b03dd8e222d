/** Step 4: what is still missing, what it will cost, the contract, and the client's code. */
import { Button } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCloudOff,
  IconFileCheck,
  IconFileDescription,
  IconFileText,
  IconPencil,
} from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { type ClientFile, useManagerFormat } from '../../app/manager.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { useFileAct } from './client-file.queries.ts';
import { ContractPaper } from './contract-paper.tsx';
import { SignPanel } from './sign-panel.tsx';
import { StepFrame } from './step-frame.tsx';
import classes from './wizard.module.css';
import { isSigned, type Step, stepOf } from './wizard.rules.ts';

export function StepContract({
  file,
  onStep,
  onDone,
}: {
  readonly file: ClientFile;
  readonly onStep: (step: Step) => void;
  readonly onDone: () => void;
}) {
  const t = useText();
  const format = useManagerFormat();
  const { id } = file.client;
  const { contract: card } = file;
  const { current, fees, lacks, isChanged, isOnline } = card;
  const generate = useFileAct(id, (source) => source.generate(id));
  const signed = isSigned(card);
  const wasSigned = useRef(signed);
  useEffect(() => {
    // Signed before these eyes: there is nothing left to do here.
    if (signed && !wasSigned.current) onDone();
    wasSigned.current = signed;
  }, [signed, onDone]);
  const waits = current !== null && !isChanged && !signed;
  return (
    <StepFrame
      step="4"
      title={t('wizard:contract.title')}
      lead={current === null ? t('wizard:contract.lead') : t('wizard:contract.number', { number: current.number })}
      onStep={onStep}
      action={
        signed ? (
          <StatusTag tone="good" icon={IconFileCheck}>
            {t(`wizard:contract.status.${current?.status ?? 'signed'}`)}
          </StatusTag>
        ) : current === null ? undefined : (
          <StatusTag tone={isChanged ? 'warn' : 'info'} icon={isChanged ? IconPencil : IconFileText}>
            {isChanged ? t('wizard:contract.changed') : t(`wizard:contract.status.${current.status}`)}
          </StatusTag>
        )
      }
      side={
        fees === null ? (
          <p className={classes.note}>{t('wizard:contract.no_fees')}</p>
        ) : (
          <>
            <h3 className={classes.sideTitle}>{t('wizard:tariff.named', { name: fees.tariffName })}</h3>
            <ul className={classes.fees}>
              {fees.baseFeeMinor === 0 ? null : (
                <li>
                  <span>{t('wizard:tariff.base')}</span>
                  <span>{format.sum(fees.baseFeeMinor)}</span>
                </li>
              )}
              {fees.lines.map((line) => (
                <li key={line.applianceId}>
                  <span>
                    <bdi>{line.title}</bdi>
                    {line.isBilled ? null : ` • ${t('wizard:contract.paid_before')}`}
                  </span>
                  <span>{format.sum(line.feeMinor)}</span>
                </li>
              ))}
            </ul>
            <p className={classes.total}>
              <span>{t('wizard:tariff.total')}</span>
              <strong>{format.money(fees.totalMinor)}</strong>
            </p>
            {fees.dueMinor === fees.totalMinor ? null : (
              <p className={classes.total}>
                <span>{t('wizard:contract.due')}</span>
                <strong>{format.money(fees.dueMinor)}</strong>
              </p>
            )}
          </>
        )
      }
    >
      {lacks.length > 0 ? (
        <section className={classes.panel} aria-labelledby="lacks">
          <h3 id="lacks" className={classes.panelTitle}>
            <IconAlertTriangle size={22} aria-hidden />
            {t('wizard:contract.lacks')}
          </h3>
          <div className={classes.row}>
            {lacks.map((lack) => (
              <Button key={lack} variant="default" onClick={() => onStep(stepOf(lack))}>
                {t(`wizard:lack.${lack}`)}
              </Button>
            ))}
          </div>
        </section>
      ) : null}
      {isOnline || signed ? null : (
        <Notice tone="warn" icon={IconCloudOff}>
          <strong>{t('wizard:contract.offline')}</strong> {t('wizard:contract.offline_text')}
        </Notice>
      )}
      {signed ? (
        <div className={classes.panel}>
          <p className={classes.note}>{t('wizard:contract.signed_text')}</p>
          <Button className={classes.own ?? ''} onClick={onDone}>
            {t('wizard:contract.to_end')}
          </Button>
        </div>
      ) : (
        <>
          {waits ? <SignPanel clientId={id} contract={current} isOnline={isOnline} /> : null}
          <section className={classes.panel} aria-labelledby="make">
            <h3 id="make" className={classes.panelTitle}>
              <IconFileDescription size={22} aria-hidden />
              {t(waits ? 'wizard:contract.made' : 'wizard:contract.make')}
            </h3>
            {waits ? null : <p className={classes.note}>{t('wizard:contract.make_text')}</p>}
            {generate.isError ? <ErrorLine error={generate.error} /> : null}
            <div className={classes.row}>
              {waits ? null : (
                <Button
                  size="lg"
                  disabled={lacks.length > 0 || !isOnline}
                  loading={generate.isPending}
                  onClick={() => generate.mutate(undefined)}
                >
                  {t(current === null ? 'wizard:contract.generate' : 'wizard:contract.again')}
                </Button>
              )}
              <ContractPaper file={file} contract={waits ? current : undefined} />
            </div>
          </section>
        </>
      )}
    </StepFrame>
  );
}
