import { UnstyledButton } from '@mantine/core';
import { type Icon, IconCamera, IconCar, IconRulerMeasure, IconTool } from '@tabler/icons-react';
import type { VisitKind } from '#shared/visits/visits.schema.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { Money } from '../../ui/money.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import classes from './service-card.module.css';
import type { Service } from './services.rules.ts';

const ICONS: Readonly<Record<VisitKind, Icon>> = {
  diagnostics: IconCar,
  thickness: IconRulerMeasure,
  photo: IconCamera,
};

export function ServiceIcon({ kind, className }: { readonly kind: VisitKind; readonly className?: string }) {
  const Icon = ICONS[kind];
  return (
    <span className={`${classes.icon} ${className ?? ''}`} data-kind={kind}>
      <Icon aria-hidden stroke={1.75} />
    </span>
  );
}

export function ServiceCard({
  service,
  busy,
  onChoose,
}: {
  readonly service: Service;
  /** Another choice is on its way. */
  readonly busy: boolean;
  readonly onChoose: () => void;
}) {
  const t = useText();
  const { kind, item, available } = service;
  return (
    <UnstyledButton className={classes.card} disabled={!available || busy} data-off={!available} onClick={onChoose}>
      <ServiceIcon kind={kind} />
      <span className={classes.words}>
        <span className={classes.name}>{t(`kiosk:kind.${kind}.name`)}</span>
        <span className={classes.text}>{t(`kiosk:kind.${kind}.text`)}</span>
      </span>
      {available ? (
        <span className={classes.price}>
          <Money className={classes.sum ?? ''} minor={item.priceMinor} short />
          <span className={classes.once}>{t('kiosk:service.once')}</span>
        </span>
      ) : (
        <StatusTag tone="plain" icon={IconTool}>
          {t('kiosk:service.off')}
        </StatusTag>
      )}
    </UnstyledButton>
  );
}
