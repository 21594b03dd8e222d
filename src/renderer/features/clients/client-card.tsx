/** A client in the list. */
import { UnstyledButton } from '@mantine/core';
import { IconArrowsSplit2, IconDevices, IconMapPin, IconPhone } from '@tabler/icons-react';
import type { ClientCard as Card } from '#shared/clients/clients.schema.ts';
import { FileField } from '#shared/clients/file.view.ts';
import { formatPhone } from '#shared/kernel/phone.ts';
import { useNow } from '../../app/clock.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { useManagerFormat } from '../../app/manager.tsx';
import { ClientStatusTag } from '../../ui/client-status.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import classes from './client-list.module.css';

/** Fields of whichever row of the file, each once. */
const conflictsOf = ({ conflicts }: Card) => FileField.options.filter((one) => conflicts.includes(one));

export function ClientCard({ client, onOpen }: { readonly client: Card; readonly onOpen: () => void }) {
  const t = useText();
  const format = useManagerFormat();
  const now = useNow(30_000);
  return (
    <UnstyledButton className={classes.card} onClick={onOpen}>
      <span className={classes.head}>
        <span className={classes.name}>
          <bdi>{client.name}</bdi>
        </span>
        <ClientStatusTag status={client.status} />
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
      {client.applianceCount === 0 ? null : (
        <span className={classes.fact}>
          <IconDevices size={18} aria-hidden />
          {t('manager:appliances', { count: client.applianceCount })}
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
              fields: conflictsOf(client)
                .map((one) => t(`wizard:field.${one}`))
                .join(', '),
            })}
          </StatusTag>
        </span>
      )}
      <small className={classes.when}>{t('manager:changed', { ago: format.ago(client.updatedAt, now) })}</small>
    </UnstyledButton>
  );
}
