/** An order's photo, small. Its link lives for minutes: one that is over looks like no photo until the list is read again. */
import { IconPhotoOff } from '@tabler/icons-react';
import { useState } from 'react';
import type { PartnerOrder } from '#shared/partner/partner.api.ts';
import { useText } from '../../app/i18n/i18n.ts';
import classes from './photo.module.css';

export function Thumbnail({ order: { imageUrl } }: { readonly order: PartnerOrder }) {
  const [broken, setBroken] = useState<string>();
  if (imageUrl === null || imageUrl === broken) {
    return (
      <span className={classes.none}>
        <IconPhotoOff size={22} stroke={1.5} aria-hidden />
      </span>
    );
  }
  // The customer's name beside it says whose it is.
  return <img className={classes.small} src={imageUrl} alt="" loading="lazy" onError={() => setBroken(imageUrl)} />;
}

export function Photo({
  order: { imageUrl, number },
  onBroken,
}: {
  readonly order: PartnerOrder;
  /** The link is over: the order has a new one. */
  readonly onBroken: () => void;
}) {
  const t = useText();
  const [broken, setBroken] = useState<string>();
  if (imageUrl === null || imageUrl === broken) {
    return (
      <p className={classes.empty}>
        <IconPhotoOff size={28} stroke={1.5} aria-hidden />
        {t('partner:order.no_photo')}
      </p>
    );
  }
  return (
    <a className={classes.frame} href={imageUrl} target="_blank" rel="noreferrer" title={t('partner:order.enlarge')}>
      <img
        className={classes.large}
        src={imageUrl}
        alt={t('partner:order.photo_of', { number })}
        onError={() => {
          setBroken(imageUrl);
          onBroken();
        }}
      />
    </a>
  );
}
