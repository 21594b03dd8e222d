/** A table becomes the catalogue: choose it, see what is wrong or what would change, and only then apply it. */
import { Modal } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { hqKeys, useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { importQuery, importsQuery } from './catalogue.queries.ts';
import { isAtWork, isOpen } from './import.rules.ts';
import { ImportChoose } from './import-choose.tsx';
import { ImportEnd } from './import-end.tsx';
import { ImportErrors } from './import-errors.tsx';
import { ImportPreview } from './import-preview.tsx';
import { ImportProgress } from './import-progress.tsx';

export function ImportDialog({ timeZone, onClose }: { readonly timeZone: string; readonly onClose: () => void }) {
  const t = useText();
  const hq = useHq();
  const isNarrow = useMediaQuery('(max-width: 700px)');
  const [chosen, setChosen] = useState<string | null>();
  const imports = useQuery({ ...importsQuery(hq), staleTime: 0, enabled: chosen === undefined });
  // A page that was closed at the wrong moment comes back to where it was.
  const left = imports.data?.imports.find(isOpen)?.id ?? null;
  const id = chosen === undefined ? left : chosen;
  return (
    <Modal
      opened
      onClose={onClose}
      size={920}
      fullScreen={isNarrow ?? false}
      title={t('goods:import.title')}
      closeButtonProps={{ 'aria-label': t('hq:close') }}
      closeOnClickOutside={false}
    >
      {chosen === undefined && imports.isPending ? (
        <LoadingState />
      ) : id === null ? (
        <ImportChoose timeZone={timeZone} onCreated={setChosen} />
      ) : (
        <Import id={id} timeZone={timeZone} onAgain={() => setChosen(null)} onClose={onClose} />
      )}
    </Modal>
  );
}

function Import({
  id,
  timeZone,
  onAgain,
  onClose,
}: {
  readonly id: string;
  readonly timeZone: string;
  readonly onAgain: () => void;
  readonly onClose: () => void;
}) {
  const hq = useHq();
  const queryClient = useQueryClient();
  const found = useQuery(importQuery(hq, id));
  const status = found.data?.status;
  useEffect(() => {
    if (status === 'applied') void queryClient.invalidateQueries({ queryKey: [...hqKeys.catalogue, 'items'] });
  }, [status, queryClient]);
  if (found.isPending) return <LoadingState />;
  if (found.isError && !found.data) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  const one = found.data;
  if (isAtWork(one)) return <ImportProgress of={one} />;
  if (one.status === 'invalid') return <ImportErrors of={one} onAgain={onAgain} onClose={onClose} />;
  if (one.status === 'ready') return <ImportPreview of={one} timeZone={timeZone} onAgain={onAgain} />;
  return <ImportEnd of={one} onAgain={onAgain} onClose={onClose} />;
}
