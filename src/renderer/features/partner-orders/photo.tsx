/** An order's photo. Its link lives for minutes: one that is over looks like no photo until the order is read again. */
import { IconPhotoOff } from '@tabler/icons-react';
import { useState } from 'react';
import type { PartnerOrder } from '#shared/partner/partner.api.ts';
import { useText } from '../../app/i18n/i18n.ts';
import classes from './photo.module.css';

/**
 * Each reading signs the link anew, and a browser would load the photo again: while the first link to a file works, it
 * stays.
 */
function useLink(given: string | null): { readonly url: string | null; readonly onBroken: () => void } {
  const [link, setLink] = useState({ url: given, isBroken: false });
  const isOther = fileOf(given) !== fileOf(link.url) || (link.isBroken && given !== link.url);
  if (isOther) setLink({ url: given, isBroken: false });
  return {
    url: link.isBroken ? null : link.url,
    onBroken: () => setLink({ url: link.url, isBroken: true }),
  };
}

/** What a link is of; the rest of it is when it ends, and its signature. */
const fileOf = (url: string | null): string | undefined => url?.split('?')[0];

export function Thumbnail({ order }: { readonly order: PartnerOrder }) {
  const { url, onBroken } = useLink(order.imageUrl);
  if (url === null) {
    return (
      <span className={classes.none}>
        <IconPhotoOff size={22} stroke={1.5} aria-hidden />
      </span>
    );
  }
  // The customer's name beside it says whose it is.
  return <img className={classes.small} src={url} alt="" loading="lazy" onError={onBroken} />;
}

export function Photo({
  order: { imageUrl, number },
  onOver,
}: {
  readonly order: PartnerOrder;
  /** The link is over: the order has a new one. */
  readonly onOver: () => void;
}) {
  const t = useText();
  const { url, onBroken } = useLink(imageUrl);
  if (url === null) {
    return (
      <p className={classes.empty}>
        <IconPhotoOff size={28} stroke={1.5} aria-hidden />
        {t('partner:order.no_photo')}
      </p>
    );
  }
  return (
    <a className={classes.frame} href={url} target="_blank" rel="noreferrer" title={t('partner:order.enlarge')}>
      <img
        className={classes.large}
        src={url}
        alt={t('partner:order.photo_of', { number })}
        onError={() => {
          onBroken();
          onOver();
        }}
      />
    </a>
  );
}
