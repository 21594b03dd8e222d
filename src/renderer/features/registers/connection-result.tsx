/** How «Проверить соединение» ended: what stands at the address, or that nothing does. */
import { Loader } from '@mantine/core';
import { IconCircleCheckFilled, IconCircleXFilled } from '@tabler/icons-react';
import type { KktAddress } from '#shared/fiscal/fiscal.schema.ts';
import type { ConnectionCheck } from '#shared/rpc/registers.contract.ts';
import { toFault } from '../../app/error-text.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useShopFormat } from '../../app/shop.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import classes from './form.module.css';

export interface CheckState {
  readonly address: KktAddress;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly found: ConnectionCheck | undefined;
}

export function ConnectionResult({ address, isPending, error, found }: CheckState) {
  const t = useText();
  const format = useShopFormat();
  const at = `${address.ip}:${address.port}`;
  if (isPending) {
    return (
      <Notice tone="info" icon={Waiting}>
        {t('desk:check.asking', { at })}
      </Notice>
    );
  }
  if (error) {
    if (toFault(error).code !== 'fiscal.register_unavailable') return <ErrorLine error={error} />;
    return (
      <Notice tone="bad" icon={IconCircleXFilled} role="alert">
        <strong className={classes.lead}>{t('desk:check.no_answer', { at })}</strong>
        <span className={classes.more}>{t('desk:check.no_answer_text')}</span>
      </Notice>
    );
  }
  if (!found) return null;
  const facts: readonly (readonly [string, string])[] = [
    [t('desk:register.model'), found.model],
    [t('desk:register.serial'), found.kktSerial],
    [t('desk:register.fn'), found.fnNumber],
    [t('desk:register.shift'), t(`desk:check.shift.${found.shiftState}`, { number: found.shiftNumber })],
    [t('desk:shift.paper'), t(`desk:shift.paper_state.${found.paperPresent ? 'there' : 'out'}`)],
    [t('desk:register.driver'), found.driverVersion],
  ];
  return (
    <Notice tone="good" icon={IconCircleCheckFilled}>
      <strong className={classes.lead}>
        {t('desk:check.answers', { at, seconds: format.quantity(Math.round(found.tookMs / 10) * 10) })}
      </strong>
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    </Notice>
  );
}

/** In the place of an icon, which it is to the eye. */
const Waiting: typeof IconCircleCheckFilled = Object.assign(
  () => <Loader size={22} color="var(--pk-blue)" aria-hidden />,
  { displayName: 'Waiting' },
) as unknown as typeof IconCircleCheckFilled;
