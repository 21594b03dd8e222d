/** Shows the page only while there is a core behind it; says so at once when there is none. */
import { IconPlugConnectedX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useText } from '../app/i18n/i18n.ts';
import { useConnectionState } from '../app/rpc.tsx';
import classes from './core-gate.module.css';
import { LoadingState } from './loading-state.tsx';
import { StatePanel } from './state-panel.tsx';

/** A lost core covers the page and leaves it mounted: what was typed is still there when it comes back. */
export function CoreGate({ children }: { readonly children: ReactNode }) {
  const t = useText();
  const state = useConnectionState();
  if (state === 'connecting') {
    return (
      <div className={classes.cover}>
        <LoadingState label={t('common:core.starting')} />
      </div>
    );
  }
  return (
    <>
      <div className={classes.page} inert={state === 'lost'}>
        {children}
      </div>
      {state === 'lost' ? (
        <div className={classes.cover}>
          <StatePanel
            role="alert"
            icon={IconPlugConnectedX}
            tone="bad"
            title={t('common:core.lost')}
            text={t('common:core.lost_text')}
          />
        </div>
      ) : null}
    </>
  );
}
