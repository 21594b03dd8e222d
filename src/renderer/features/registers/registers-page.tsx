/** The registers of this device: where each stands, whether it answers, where its tasks come from. */
import { Button, UnstyledButton } from '@mantine/core';
import { IconPlus, IconPrinterOff, IconStarFilled } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { RegisterView } from '#shared/rpc/fiscal.contract.ts';
import type { RegisterSettings } from '#shared/rpc/registers.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { AddressForm } from './address-form.tsx';
import { AgentForm } from './agent-form.tsx';
import { AnotherRegister } from './another-register.tsx';
import { RegisterActions } from './register-actions.tsx';
import classes from './registers-page.module.css';

export function RegistersPage({
  views,
  serverUrl,
  renderState,
}: {
  readonly views: readonly RegisterView[];
  /** Of this device: where its own tasks come from. */
  readonly serverUrl: string | undefined;
  /** The state of a register in a few words, drawn by the feature that knows. */
  readonly renderState: (register: RegisterView) => ReactNode;
}) {
  const t = useText();
  const api = useApi();
  const [chosenId, setChosenId] = useState<string>();
  const [isAdding, setIsAdding] = useState(false);
  const registers = useQuery(api.registers.list.queryOptions());
  if (registers.isPending) return <LoadingState />;
  if (registers.isError) return <ErrorState error={registers.error} onRetry={() => void registers.refetch()} />;
  const chosen = registers.data.find(({ id }) => id === chosenId) ?? registers.data[0];
  const viewOf = (one: RegisterSettings) => views.find(({ id }) => id === one.id);
  const choose = (id: string) => {
    setIsAdding(false);
    setChosenId(id);
  };
  return (
    <div className={classes.page}>
      <PageHeader
        title={t('desk:section.registers')}
        actions={
          <Button
            variant="default"
            leftSection={<IconPlus size={20} aria-hidden />}
            onClick={() => setIsAdding(true)}
            disabled={isAdding}
          >
            {t('desk:register.add')}
          </Button>
        }
      />
      <div className={classes.columns}>
        <ul className={classes.list}>
          {registers.data.map((one) => {
            const view = viewOf(one);
            return (
              <li key={one.id}>
                <UnstyledButton
                  className={classes.row}
                  aria-pressed={!isAdding && one === chosen}
                  onClick={() => choose(one.id)}
                >
                  <span className={classes.words}>
                    <span className={classes.name}>
                      <bdi>{one.name}</bdi>
                      {one.isMain ? <IconStarFilled size={14} aria-label={t('desk:register.main')} /> : null}
                    </span>
                    <span className={classes.more}>
                      <bdi>{one.address ? `${one.address.ip}:${one.address.port}` : t('desk:register.no_address')}</bdi>
                    </span>
                  </span>
                  {view ? renderState(view) : null}
                </UnstyledButton>
              </li>
            );
          })}
        </ul>
        <div className={classes.chosen}>
          {isAdding ? (
            <AgentForm serverUrl={serverUrl} onSaved={(one) => choose(one.id)} onCancel={() => setIsAdding(false)} />
          ) : chosen ? (
            <Chosen key={chosen.id} settings={chosen} view={viewOf(chosen)} serverUrl={serverUrl} />
          ) : (
            <EmptyState icon={IconPrinterOff} title={t('desk:register.none')} text={t('desk:register.none_text')} />
          )}
        </div>
      </div>
    </div>
  );
}

function Chosen({
  settings,
  view,
  serverUrl,
}: {
  readonly settings: RegisterSettings;
  readonly view: RegisterView | undefined;
  readonly serverUrl: string | undefined;
}) {
  return (
    <>
      {view?.state === 'another_register' ? <AnotherRegister settings={settings} view={view} /> : null}
      <AddressForm settings={settings} />
      <AgentForm settings={settings} serverUrl={settings.serverUrl ?? serverUrl} />
      <RegisterActions settings={settings} />
    </>
  );
}
