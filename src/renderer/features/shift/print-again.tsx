/** A kept report once more on paper. It is no new document. */
import { Button } from '@mantine/core';
import { IconCheck, IconPrinter } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { ShiftReport } from '#shared/fiscal/shift.schema.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';

export function PrintAgain({ report }: { readonly report: ShiftReport }) {
  const t = useText();
  const api = useApi();
  const print = useMutation(api.shift.printReport.mutationOptions());
  return (
    <>
      <Button
        variant="default"
        leftSection={print.isSuccess ? <IconCheck size={20} aria-hidden /> : <IconPrinter size={20} aria-hidden />}
        loading={print.isPending}
        onClick={() => print.mutate({ id: report.id })}
      >
        {print.isSuccess ? t('desk:report.printed') : t('desk:report.print')}
      </Button>
      {print.isError ? <ErrorLine error={print.error} /> : null}
    </>
  );
}
