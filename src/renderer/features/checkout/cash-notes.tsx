import { useShopFormat } from '../../app/shop.ts';
import { PlainButton } from '../../ui/plain-button.tsx';
import classes from './pay-panel.module.css';
import { NOTES_MINOR } from './tender.rules.ts';

/** The notes that buyers hand over most: a press adds one to what lies on the counter. */
export function CashNotes({
  disabled,
  onAdd,
}: {
  readonly disabled: boolean;
  readonly onAdd: (minor: number) => void;
}) {
  const format = useShopFormat();
  return (
    <div className={classes.notes}>
      {NOTES_MINOR.filter((minor) => minor >= 50_000).map((minor) => (
        <PlainButton key={minor} className={classes.noteButton ?? ''} disabled={disabled} onClick={() => onAdd(minor)}>
          {format.number(minor / 100)}
        </PlainButton>
      ))}
    </div>
  );
}
