import { Button } from '@mantine/core';
import { IconInfoCircle, IconMail, IconPhoto, IconPrinter, IconQrcode } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { showContact } from '../../features/visits/contact.rules.ts';
import { ServiceIcon } from '../../features/visits/service-card.tsx';
import { printsNow } from '../../features/visits/services.rules.ts';
import { Money } from '../../ui/money.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Frame } from '../frame.tsx';
import type { Guest } from '../kiosk.flow.ts';
import { useKiosk } from '../kiosk.store.ts';
import classes from './confirm-screen.module.css';

/** What it costs, before any money is asked for. */
export function ConfirmScreen({ guest, onLeave }: { readonly guest: Guest; readonly onLeave: () => void }) {
  const t = useText();
  const api = useApi();
  const move = useKiosk((state) => state.move);
  const services = useQuery(api.catalogue.services.queryOptions());
  const register = useQuery(api.fiscal.register.queryOptions());
  const photo = useQuery({
    ...api.photos.get.queryOptions({ input: { visitId: guest.visitId } }),
    enabled: guest.kind === 'photo',
  });
  const item = services.data?.find((one) => one.kioskService === guest.kind);
  const contact = showContact(guest.contact);
  return (
    <Frame
      step="confirm"
      onBack={() => move({ kind: 'back' })}
      title={t('kiosk:confirm.title')}
      actions={
        <>
          <Button variant="default" onClick={onLeave}>
            {t('kiosk:confirm.leave')}
          </Button>
          <Button
            className={classes.pay ?? ''}
            leftSection={<IconQrcode aria-hidden stroke={1.75} />}
            disabled={!item?.active}
            onClick={() => move({ kind: 'confirmed' })}
          >
            {t('kiosk:confirm.pay')}
          </Button>
        </>
      }
    >
      <section className={classes.card}>
        {photo.data ? <img className={classes.photo} src={photo.data.url} alt={t('photo:review.picture')} /> : null}
        <div className={classes.service}>
          <ServiceIcon kind={guest.kind} />
          <div>
            <h2 className={classes.name}>{t(`kiosk:kind.${guest.kind}.name`)}</h2>
            <p className={classes.text}>{t(`kiosk:kind.${guest.kind}.text`)}</p>
          </div>
        </div>
        <dl className={classes.facts}>
          {guest.kind === 'photo' ? (
            <div>
              <dt>
                <IconPhoto aria-hidden stroke={1.75} />
                {t('photo:confirm.paper')}
              </dt>
              <dd>
                {t('photo:confirm.size')}
                {guest.contact.name === undefined ? null : (
                  <>
                    {' • '}
                    <bdi>{guest.contact.name}</bdi>
                  </>
                )}
              </dd>
            </div>
          ) : null}
          <div>
            <dt>
              <IconPrinter aria-hidden stroke={1.75} />
              {t('kiosk:confirm.paper')}
            </dt>
            <dd>{t('kiosk:confirm.here')}</dd>
          </div>
          <div>
            <dt>
              <IconMail aria-hidden stroke={1.75} />
              {t('kiosk:confirm.copy')}
            </dt>
            <dd>{contact === undefined ? t('kiosk:confirm.no_copy') : <bdi>{contact}</bdi>}</dd>
          </div>
        </dl>
        <div className={classes.total}>
          <span>{t('kiosk:confirm.total')}</span>
          {item ? <Money className={classes.sum ?? ''} minor={item.priceMinor} /> : null}
        </div>
      </section>
      {printsNow(register.data) ? null : (
        <div className={classes.notice}>
          <Notice tone="warn" icon={IconInfoCircle}>
            {t('kiosk:confirm.late_receipt')}
          </Notice>
        </div>
      )}
    </Frame>
  );
}
