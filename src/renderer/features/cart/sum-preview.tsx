import { useShopFormat } from '../../app/shop.ts';
import classes from './typed-dialog.module.css';

/** What a sum becomes with what is being typed, and how much comes off it. */
export function SumPreview({
  label,
  minor,
  off = 0,
}: {
  readonly label: string;
  readonly minor: number;
  readonly off?: number;
}) {
  const format = useShopFormat();
  return (
    <output className={classes.preview}>
      <span>{label}</span>
      <span>
        {off > 0 ? <span className={classes.off}>{`−${format.sum(off)}`}</span> : null}
        <bdi className={classes.sum}>{format.money(minor)}</bdi>
      </span>
    </output>
  );
}
