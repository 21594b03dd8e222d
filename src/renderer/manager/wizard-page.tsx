/** `/clients/:id/step/…`: a file in the wizard; `/clients/:id`: where its work goes on. */
import { IconCloudOff, IconUserOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Navigate, useNavigate, useParams } from 'react-router';
import { FeatureBoundary } from '../app/feature-boundary.tsx';
import { useText } from '../app/i18n/i18n.ts';
import { type ClientFile, useManager } from '../app/manager.tsx';
import { fileQuery } from '../features/client-wizard/client-file.queries.ts';
import { FileMenu } from '../features/client-wizard/file-menu.tsx';
import { leftAt, rememberStep } from '../features/client-wizard/last-step.ts';
import { placeOf, resumeAt } from '../features/client-wizard/wizard.rules.ts';
import { Wizard } from '../features/client-wizard/wizard.tsx';
import { ClientStatusTag } from '../ui/client-status.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { LoadingState } from '../ui/loading-state.tsx';
import { Notice } from '../ui/notice.tsx';
import { Frame } from './frame.tsx';
import { useRefetchInterval } from './refetch.ts';

/** How long a picture that is being sent stands still on the page, ms. */
const SENDING_MS = 1500;

const isSending = (file: ClientFile | null | undefined): boolean =>
  file?.appliances.some(({ pictures }) => pictures.some(({ state }) => state === 'sending')) ?? false;

function useFile(id: string) {
  const source = useManager();
  const polling = useRefetchInterval();
  return useQuery({
    ...fileQuery(source, id),
    refetchInterval: ({ state }) => (isSending(state.data) ? SENDING_MS : polling),
  });
}

export function ResumePage() {
  const { id = '' } = useParams();
  const file = useFile(id);
  if (file.data === undefined || file.data === null) return <Missing file={file} />;
  return <Navigate to={`/clients/${id}/step/${resumeAt(file.data.contract, leftAt(id))}`} replace />;
}

export function WizardPage() {
  const t = useText();
  const navigate = useNavigate();
  const { id = '', place: asked } = useParams();
  const place = placeOf(asked);
  const file = useFile(id);
  useEffect(() => {
    if (place !== undefined) rememberStep(id, place);
  }, [id, place]);
  if (place === undefined) return <Navigate to={`/clients/${id}`} replace />;
  // A refusal beside a file that is shown is said where it matters; only a page with nothing gives way.
  if (file.data === undefined || file.data === null) return <Missing file={file} />;
  const list = () => void navigate('/clients');
  return (
    <Frame
      title={<bdi>{file.data.client.name}</bdi>}
      back={{ to: '/clients', label: t('manager:title') }}
      tags={
        <>
          <ClientStatusTag status={file.data.client.status} />
          <FileMenu file={file.data} onRemoved={list} />
        </>
      }
    >
      <FeatureBoundary name="wizard">
        <Wizard
          file={file.data}
          place={place}
          notices={
            file.isError ? (
              <Notice tone="warn" icon={IconCloudOff}>
                {t('wizard:server.offline')}
              </Notice>
            ) : undefined
          }
          onPlace={(next) => void navigate(`/clients/${id}/step/${next}`)}
          onList={list}
        />
      </FeatureBoundary>
    </Frame>
  );
}

function Missing({ file }: { readonly file: ReturnType<typeof useFile> }) {
  const t = useText();
  return (
    <Frame title={t('manager:file.title')} back={{ to: '/clients', label: t('manager:title') }}>
      {file.isPending ? (
        <LoadingState />
      ) : file.isError ? (
        <ErrorState error={file.error} onRetry={() => void file.refetch()} />
      ) : (
        <EmptyState icon={IconUserOff} title={t('manager:file.gone')} text={t('manager:file.gone_text')} />
      )}
    </Frame>
  );
}
