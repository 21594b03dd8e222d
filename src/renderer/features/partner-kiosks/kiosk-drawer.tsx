/** One kiosk: whether it takes guests, what it speaks, a code to give, and what it complained of. */
import { Button, Select } from '@mantine/core';
import { IconKey, IconPlayerPause, IconPlayerPlay, IconRestore } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { KioskBalance, PartnerKiosk } from '#shared/partner/partner.api.ts';
import { LANGUAGES } from '#shared/visits/visits.schema.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { usePartner } from '../../app/partner.tsx';
import { CodesOwed } from '../../ui/codes-owed.tsx';
import { DetailsDrawer } from '../../ui/details-drawer.tsx';
import { ErrorLine, ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { ClearDialog } from './clear-dialog.tsx';
import { CodeDialog } from './code-dialog.tsx';
import classes from './kiosk-drawer.module.css';
import { KioskErrors } from './kiosk-errors.tsx';
import { KioskTags } from './kiosk-tags.tsx';
import { inTrouble, kioskQuery, useSetLanguage, useSetStatus } from './kiosks.queries.ts';

export function KioskDrawer({
  id,
  refetchInterval,
  onClose,
}: {
  readonly id: string;
  readonly refetchInterval: number | false;
  readonly onClose: () => void;
}) {
  const { data: kiosk, ...one } = useQuery({ ...kioskQuery(usePartner(), id), refetchInterval });
  const [dialog, setDialog] = useState<'code' | 'clear'>();
  const closeDialog = () => setDialog(undefined);
  return (
    <DetailsDrawer title={kiosk?.name ?? ''} isBelow={dialog !== undefined} onClose={onClose}>
      {kiosk !== undefined ? (
        <>
          <Details kiosk={kiosk} onDialog={setDialog} />
          {dialog === 'code' ? <CodeDialog kiosk={kiosk} onClose={closeDialog} /> : null}
          {dialog === 'clear' ? <ClearDialog kiosk={kiosk} onClose={closeDialog} /> : null}
        </>
      ) : one.isError ? (
        <ErrorState error={one.error} onRetry={() => void one.refetch()} />
      ) : (
        <LoadingState />
      )}
    </DetailsDrawer>
  );
}

function Details({
  kiosk,
  onDialog,
}: {
  readonly kiosk: PartnerKiosk & { readonly balance?: KioskBalance | undefined };
  readonly onDialog: (dialog: 'code' | 'clear') => void;
}) {
  const t = useText();
  const { acts } = usePartner();
  return (
    <>
      <p className={classes.quiet}>
        <bdi>{kiosk.location}</bdi>
      </p>
      <State kiosk={kiosk} onClear={() => onDialog('clear')} />
      <Language kiosk={kiosk} />
      {acts === undefined ? null : (
        <Part title={t('partner:kiosk.code')} hint={t('partner:kiosk.code_hint')}>
          <Button variant="default" leftSection={<IconKey size={18} aria-hidden />} onClick={() => onDialog('code')}>
            {t('partner:kiosk.issue')}
          </Button>
          {kiosk.balance === undefined ? null : <CodesOwed balance={kiosk.balance} />}
        </Part>
      )}
      <KioskErrors kioskId={kiosk.id} />
    </>
  );
}

function Part({
  title,
  hint,
  children,
}: {
  readonly title: string;
  readonly hint?: string;
  readonly children: ReactNode;
}) {
  return (
    <section className={classes.part}>
      <div className={classes.words}>
        <h3>{title}</h3>
        {hint === undefined ? null : <p className={classes.quiet}>{hint}</p>}
      </div>
      {children}
    </section>
  );
}

/** From an error only clearing leads back to work. */
function State({ kiosk, onClear }: { readonly kiosk: PartnerKiosk; readonly onClear: () => void }) {
  const t = useText();
  const { acts } = usePartner();
  const set = useSetStatus();
  const isOff = kiosk.status === 'inactive';
  const isBroken = inTrouble(kiosk);
  return (
    <section className={classes.part}>
      <div className={classes.tags}>
        <KioskTags kiosk={kiosk} />
      </div>
      {acts === undefined ? null : (
        <div className={classes.acts}>
          {isBroken ? (
            <Button leftSection={<IconRestore size={18} aria-hidden />} onClick={onClear}>
              {t('partner:kiosk.clear')}
            </Button>
          ) : null}
          {isOff && isBroken ? null : (
            <Button
              variant="default"
              leftSection={isOff ? <IconPlayerPlay size={18} aria-hidden /> : <IconPlayerPause size={18} aria-hidden />}
              loading={set.isPending}
              onClick={() => set.mutate({ id: kiosk.id, status: isOff ? 'active' : 'inactive' })}
            >
              {isOff ? t('partner:kiosk.turn_on') : t('partner:kiosk.turn_off')}
            </Button>
          )}
        </div>
      )}
      {acts === undefined || isOff ? null : <p className={classes.quiet}>{t('partner:kiosk.off_hint')}</p>}
      {set.isError ? <ErrorLine error={set.error} /> : null}
    </section>
  );
}

function Language({ kiosk }: { readonly kiosk: PartnerKiosk }) {
  const t = useText();
  const { acts } = usePartner();
  const set = useSetLanguage();
  return (
    <section className={classes.part}>
      <Select
        label={t('partner:kiosk.language')}
        description={t('partner:kiosk.language_hint')}
        allowDeselect={false}
        disabled={acts === undefined || set.isPending}
        value={set.isPending ? set.variables.language : kiosk.settings.defaultLanguage}
        onChange={(value) => {
          const language = LANGUAGES.find((one) => one === value);
          if (language !== undefined) set.mutate({ id: kiosk.id, language });
        }}
        data={LANGUAGES.map((language) => ({ value: language, label: t(`partner:kiosk.language_name.${language}`) }))}
      />
      {set.isError ? <ErrorLine error={set.error} /> : null}
    </section>
  );
}
