/** One appliance of the list: its name, its pictures and how far they have got, its fee. */
import { ActionIcon, Modal } from '@mantine/core';
import { IconCheck, IconClock, IconPencil, IconPhotoX, IconTrash, IconUpload } from '@tabler/icons-react';
import { useState } from 'react';
import { MAX_APPLIANCE_PHOTOS } from '#shared/clients/appliances.schema.ts';
import { extraFeeOf } from '#shared/clients/tariff.rules.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { type ApplianceView, type Picture, type TariffView, useManager, useManagerFormat } from '../../app/manager.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import classes from './appliance-card.module.css';
import { serialOf } from './appliance-form.rules.ts';
import { APPLIANCE_ICONS } from './appliance-icon.ts';
import { useFileAct, useRefresh } from './client-file.queries.ts';
import pictureClasses from './pictures.module.css';
import { DropZone, Pictures, useGiving } from './pictures.tsx';

export function ApplianceCard({
  clientId,
  appliance,
  tariff,
  onEdit,
}: {
  readonly clientId: string;
  readonly appliance: ApplianceView;
  readonly tariff: TariffView | undefined;
  readonly onEdit: () => void;
}) {
  const t = useText();
  const format = useManagerFormat();
  const source = useManager();
  const refresh = useRefresh(clientId);
  const giving = useGiving(async (picture, onProgress) => {
    await source.givePicture(clientId, appliance.id, picture, onProgress);
    await refresh();
  });
  const remove = useFileAct(clientId, (own) => own.removeAppliance(clientId, appliance.id));
  const drop = useFileAct(clientId, (own, id: string) => own.dropPicture(clientId, appliance.id, id));
  const [isSure, setSure] = useState(false);
  const [shown, setShown] = useState<Picture>();
  const Icon = APPLIANCE_ICONS[appliance.kind];
  const serial = serialOf(appliance.specs);
  const facts = [
    t(`wizard:kind.${appliance.kind}`),
    ...(serial === '' ? [] : [t('wizard:appliance.serial_of', { serial })]),
  ];
  return (
    <DropZone className={classes.card} onFiles={(files) => void giving.take(files)}>
      <span className={classes.icon}>
        <Icon size={26} aria-hidden />
      </span>
      <div className={classes.words}>
        <h3 className={classes.title}>
          <bdi>{appliance.title}</bdi>
        </h3>
        <p className={classes.facts}>{facts.join(' • ')}</p>
        {appliance.description === undefined ? null : (
          <p className={classes.facts}>
            <bdi>{appliance.description}</bdi>
          </p>
        )}
      </div>
      <div className={classes.pictures}>
        <Pictures
          of={appliance.title}
          pictures={appliance.pictures}
          going={giving.going}
          error={giving.error}
          most={MAX_APPLIANCE_PHOTOS}
          onFiles={(files) => void giving.take(files)}
          onOpen={setShown}
          onDrop={(picture) => drop.mutate(picture.id)}
        />
        <PicturesState pictures={appliance.pictures} />
      </div>
      <div className={classes.end}>
        {tariff === undefined ? null : (
          <span className={classes.fee}>
            <strong>{format.money(extraFeeOf(appliance, tariff), { short: true })}</strong>
            <small>{t(appliance.extraFeeMinor > 0 ? 'wizard:appliance.own_fee' : 'wizard:appliance.by_tariff')}</small>
          </span>
        )}
        <span className={classes.acts}>
          <ActionIcon aria-label={t('wizard:appliance.change', { title: appliance.title })} onClick={onEdit}>
            <IconPencil size={20} aria-hidden />
          </ActionIcon>
          <ActionIcon
            {...(isSure ? { color: 'red', variant: 'filled' } : {})}
            aria-label={t(isSure ? 'wizard:appliance.remove_sure' : 'wizard:appliance.remove', {
              title: appliance.title,
            })}
            loading={remove.isPending}
            onClick={() => (isSure ? remove.mutate(undefined) : setSure(true))}
            onBlur={() => setSure(false)}
          >
            <IconTrash size={20} aria-hidden />
          </ActionIcon>
        </span>
      </div>
      {remove.isError ? <ErrorLine error={remove.error} /> : null}
      {drop.isError ? <ErrorLine error={drop.error} /> : null}
      {shown?.url === undefined ? null : (
        <Modal
          opened
          onClose={() => setShown(undefined)}
          size={1000}
          title={<bdi>{appliance.title}</bdi>}
          closeButtonProps={{ 'aria-label': t('common:action.close') }}
        >
          <img className={pictureClasses.large} src={shown.url} alt={appliance.title} />
        </Modal>
      )}
    </DropZone>
  );
}

/** How far the pictures of one appliance have got, in one word: the slowest of them. */
function PicturesState({ pictures }: { readonly pictures: readonly Picture[] }) {
  const t = useText();
  if (pictures.length === 0) return null;
  const sending = pictures.find(({ state }) => state === 'sending');
  if (sending) {
    const percent = Math.round((sending.sent ?? 0) * 100);
    return (
      <StatusTag tone="plain" icon={IconUpload}>
        {t('wizard:picture.sending', { percent })}
      </StatusTag>
    );
  }
  if (pictures.some(({ state }) => state === 'waiting')) {
    return (
      <StatusTag tone="warn" icon={IconClock}>
        {t('wizard:picture.state.waiting')}
      </StatusTag>
    );
  }
  if (pictures.some(({ state }) => state === 'missing')) {
    return (
      <StatusTag tone="plain" icon={IconPhotoX}>
        {t('wizard:picture.state.missing')}
      </StatusTag>
    );
  }
  return (
    <StatusTag tone="good" icon={IconCheck}>
      {t('wizard:picture.state.sent')}
    </StatusTag>
  );
}
