/** What a person says of an order's paper: one press, and a press to take it back. */
import { Button } from '@mantine/core';
import { IconCheck, IconRotate, IconX } from '@tabler/icons-react';
import type { MarkOrderRequest, PartnerOrder } from '#shared/partner/partner.api.ts';
import { useText } from '../../app/i18n/i18n.ts';

export type Mark = MarkOrderRequest['status'];

export function MarkButtons({
  order,
  pending,
  both = false,
  onMark,
}: {
  readonly order: PartnerOrder;
  /** What is being said of it now. */
  readonly pending: Mark | undefined;
  /** Also that the paper failed; in a list there is room for one. */
  readonly both?: boolean;
  readonly onMark: (status: Mark) => void;
}) {
  const t = useText();
  const { number, status } = order;
  if (status === 'printed') {
    return (
      <Button
        variant="subtle"
        color="gray"
        leftSection={<IconRotate size={18} aria-hidden />}
        aria-label={t('partner:order.mark_of.not_printed', { number })}
        loading={pending !== undefined}
        onClick={() => onMark('not_printed')}
      >
        {t('partner:order.mark.again')}
      </Button>
    );
  }
  return (
    <>
      {both && status === 'new' ? (
        <Button
          variant="default"
          leftSection={<IconX size={18} aria-hidden />}
          loading={pending === 'not_printed'}
          onClick={() => onMark('not_printed')}
        >
          {t('partner:order.mark.not_printed')}
        </Button>
      ) : null}
      <Button
        leftSection={<IconCheck size={18} aria-hidden />}
        aria-label={t('partner:order.mark_of.printed', { number })}
        loading={pending === 'printed'}
        onClick={() => onMark('printed')}
      >
        {t('partner:order.mark.printed')}
      </Button>
    </>
  );
}
