/** A client in the list. */
import { UnstyledButton } from '@mantine/core';
import {
  type Icon,
  IconArrowsSplit2,
  IconCheck,
  IconCreditCard,
  IconFileText,
  IconMapPin,
  IconPhone,
  IconShieldCheck,
  IconSparkles,
} from '@tabler/icons-react';
import type { ClientCard as Card, ClientStatus } from '#shared/clients/clients.schema.ts';
import { formatPhone } from '#shared/kernel/phone.ts';
import { useNow } from '../../app/clock.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { useShopFormat } from '../../app/shop.ts';
import { StatusTag, type Tone } from '../../ui/status-tag.tsx';
import classes from './client-list.module.css';

const STATUSES: Readonly<Record<ClientStatus, readonly [Tone, Icon]>> = {
  new: ['info', IconSparkles],
  in_verification: ['warn', IconShieldCheck],
  awaiting_contract: ['warn', IconFileText],
  awaiting_payment: ['warn', IconCreditCard],
  processed: ['good', IconCheck],
};

export function ClientCard({ client, onOpen }: { readonly client: Card; readonly onOpen: () => void }) {
  const t = useText();
  const format = useShopFormat();
  const now = useNow(30_000);
  const [tone, icon] = STATUSES[client.status];
  return (
    <UnstyledButton className={classes.card} onClick={onOpen}>
      <span className={classes.head}>
        <span className={classes.name}>
          <bdi>{client.name}</bdi>
        </span>
        <StatusTag tone={tone} icon={icon}>
          {t(`manager:status.${client.status}`)}
        </StatusTag>
      </span>
      <span className={classes.fact}>
        <IconMapPin size={18} aria-hidden />
        {client.registrationAddress === undefined ? (
          <span className={classes.missing}>{t('manager:no_address')}</span>
        ) : (
          <bdi>{client.registrationAddress}</bdi>
        )}
      </span>
      {client.phone === undefined ? null : (
        <span className={classes.fact}>
          <IconPhone size={18} aria-hidden />
          <bdi dir="ltr">{formatPhone(client.phone)}</bdi>
        </span>
      )}
      {client.tags.length === 0 ? null : (
        <span className={classes.tags}>
          {client.tags.map((tag) => (
            <bdi key={tag} className={classes.label}>
              {tag}
            </bdi>
          ))}
        </span>
      )}
      {client.conflicts.length === 0 ? null : (
        <span>
          <StatusTag tone="bad" icon={IconArrowsSplit2}>
            {t('manager:conflict.mark', {
              fields: client.conflicts.map((one) => t(`manager:field.${one}`)).join(', '),
            })}
          </StatusTag>
        </span>
      )}
      <small className={classes.when}>{t('manager:changed', { ago: format.ago(client.updatedAt, now) })}</small>
    </UnstyledButton>
  );
}
