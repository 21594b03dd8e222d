import { useText } from '../app/i18n/i18n.ts';
import classes from './paper.module.css';

export interface PaperShop {
  readonly organizationName: string;
  readonly organizationInn: string;
  readonly address: string;
}

/** Whose register it is, at the top of its paper. */
export function PaperHead({ shop }: { readonly shop: PaperShop | undefined }) {
  const t = useText();
  if (!shop) return null;
  return (
    <header className={classes.head}>
      <strong>
        <bdi>{shop.organizationName}</bdi>
      </strong>
      <span>
        <bdi>{shop.address}</bdi>
      </span>
      <span>{t('receipt:inn', { inn: shop.organizationInn })}</span>
    </header>
  );
}
