/** A client's file, step by step. */
import type { ReactNode } from 'react';
import { isDialogOpen } from '../../app/dialog-open.ts';
import { useKeys } from '../../app/keys.ts';
import type { ClientFile } from '../../app/manager.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { Disputes } from './disputes.tsx';
import { useKeptDrafts } from './draft-keeper.ts';
import { LateEdits } from './late-edits.tsx';
import { StepAppliances } from './step-appliances.tsx';
import { StepContract } from './step-contract.tsx';
import { StepData } from './step-data.tsx';
import { StepPassport } from './step-passport.tsx';
import { StepsRail } from './steps-rail.tsx';
import { Success } from './success.tsx';
import classes from './wizard.module.css';
import { type Place, STEPS } from './wizard.rules.ts';

export function Wizard({
  file,
  place,
  notices,
  onPlace,
  onList,
}: {
  readonly file: ClientFile;
  readonly place: Place;
  /** What the place it stands in has to say: that there is no line, that a session is over. */
  readonly notices?: ReactNode;
  readonly onPlace: (place: Place) => void;
  readonly onList: () => void;
}) {
  useKeys(() => (isDialogOpen() ? {} : Object.fromEntries(STEPS.map((step) => [`Alt+${step}`, () => onPlace(step)]))));
  const isReady = useKeptDrafts(file.client.id);
  const hasWords = notices !== undefined || file.conflicts.length > 0 || file.late.length > 0;
  return (
    <div className={classes.wizard}>
      <StepsRail place={place} card={file.contract} onStep={onPlace} />
      <div className={classes.notices}>
        {hasWords ? (
          <>
            {notices}
            <LateEdits file={file} />
            <Disputes file={file} />
          </>
        ) : null}
      </div>
      {isReady ? null : <LoadingState />}
      {!isReady ? null : place === '1' ? (
        <StepData key={file.client.id} file={file} onStep={onPlace} />
      ) : place === '2' ? (
        <StepPassport key={file.client.id} file={file} onStep={onPlace} />
      ) : place === '3' ? (
        <StepAppliances key={file.client.id} file={file} onStep={onPlace} />
      ) : place === '4' ? (
        <StepContract key={file.client.id} file={file} onStep={onPlace} onDone={() => onPlace('success')} />
      ) : (
        <Success file={file} onList={onList} onStep={() => onPlace('4')} />
      )}
    </div>
  );
}
