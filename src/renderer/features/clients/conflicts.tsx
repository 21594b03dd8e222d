/** Values that several people wrote into one field without knowing of each other: a person says which one is right. */
import { Button } from '@mantine/core';
import { IconArrowsSplit2 } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { formatPhone } from '#shared/kernel/phone.ts';
import type { ClientConflict, ClientConflictSide } from '#shared/rpc/clients.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { useShopFormat } from '../../app/shop.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import classes from './client-dialog.module.css';

export function Conflicts({ id, conflicts }: { readonly id: string; readonly conflicts: readonly ClientConflict[] }) {
  const t = useText();
  const api = useApi();
  const resolve = useMutation(api.clients.resolveConflict.mutationOptions());
  if (conflicts.length === 0) return null;
  return (
    <section className={classes.conflicts} aria-labelledby="conflicts">
      <h2 id="conflicts" className={classes.conflictsTitle}>
        <IconArrowsSplit2 size={20} aria-hidden />
        {t('manager:conflict.title')}
      </h2>
      <p className={classes.conflictsText}>{t('manager:conflict.text')}</p>
      {conflicts.map(({ field, kept, others }) => (
        <fieldset key={field} className={classes.conflict} disabled={resolve.isPending}>
          <legend>{t(`manager:field.${field}`)}</legend>
          <ul className={classes.sides}>
            <Side side={kept} field={field} isKept onChoose={() => resolve.mutate({ id, field, choose: kept.edit })} />
            {others.map((side) => (
              <Side
                key={`${side.edit.deviceId}:${side.edit.incarnation}:${side.edit.mid}`}
                side={side}
                field={field}
                isKept={false}
                onChoose={() => resolve.mutate({ id, field, choose: side.edit })}
              />
            ))}
          </ul>
        </fieldset>
      ))}
      {resolve.isError ? <ErrorLine error={resolve.error} /> : null}
    </section>
  );
}

function Side({
  side,
  field,
  isKept,
  onChoose,
}: {
  readonly side: ClientConflictSide;
  readonly field: ClientConflict['field'];
  readonly isKept: boolean;
  readonly onChoose: () => void;
}) {
  const t = useText();
  const format = useShopFormat();
  const value = side.value !== undefined && field === 'phone' ? formatPhone(side.value) : side.value;
  return (
    <li className={classes.side} data-kept={isKept || undefined}>
      <div className={classes.value}>
        {value === undefined ? (
          <span className={classes.emptied}>{t('manager:conflict.emptied')}</span>
        ) : (
          <bdi>{value}</bdi>
        )}
        <small className={classes.hand}>
          <bdi>{side.by ?? t('manager:conflict.unknown_hand')}</bdi>
          {side.isOurs ? <span>{t('manager:conflict.here')}</span> : null}
          <span>{format.dateTime(side.at)}</span>
          {isKept ? <span className={classes.now}>{t('manager:conflict.now')}</span> : null}
        </small>
      </div>
      <Button variant={isKept ? 'default' : 'light'} onClick={onChoose}>
        {t(isKept ? 'manager:conflict.keep' : 'manager:conflict.take')}
      </Button>
    </li>
  );
}
