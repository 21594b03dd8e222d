/** What proves that these bytes were signed by this client (M-23). */
import { Button, CopyButton } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { useText } from '../../app/i18n/i18n.ts';
import { type ContractView, useManagerFormat } from '../../app/manager.tsx';
import classes from './wizard.module.css';

export function Evidence({ contract }: { readonly contract: ContractView }) {
  const t = useText();
  const format = useManagerFormat();
  const { signature } = contract;
  if (signature === undefined) return null;
  return (
    <section className={classes.panel} aria-labelledby="evidence">
      <h3 id="evidence" className={classes.panelTitle}>
        <IconShieldCheck size={22} aria-hidden />
        {t('wizard:evidence.title')}
      </h3>
      <dl className={classes.facts}>
        <dt>{t('wizard:evidence.signed')}</dt>
        <dd>{format.dateTime(signature.signedAt)}</dd>
        <dt>{t('wizard:evidence.agreed')}</dt>
        <dd>{format.dateTime(signature.pepAgreedAt)}</dd>
        <dt>{t('wizard:evidence.ip')}</dt>
        <dd className={classes.code}>{signature.ip}</dd>
        <dt>{t('wizard:evidence.agent')}</dt>
        <dd className={classes.code}>{signature.userAgent}</dd>
        <dt>{t('wizard:evidence.hash')}</dt>
        <dd className={classes.code}>{signature.hash}</dd>
        <dt>{t('wizard:evidence.hmac')}</dt>
        <dd className={classes.code}>{signature.hmac}</dd>
        {signature.trail === undefined ? null : (
          <>
            <dt>{t('wizard:evidence.trail')}</dt>
            <dd className={classes.code}>{t('wizard:evidence.trail_row', { seq: signature.trail.seq })}</dd>
          </>
        )}
      </dl>
      <CopyButton value={signature.hash}>
        {({ copied, copy }) => (
          <Button variant="subtle" className={classes.own ?? ''} onClick={copy}>
            {t(copied ? 'wizard:evidence.copied' : 'wizard:evidence.copy')}
          </Button>
        )}
      </CopyButton>
    </section>
  );
}
