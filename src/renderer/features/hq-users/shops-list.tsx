/** Shops: where devices stand, and what partners are given. */
import { ActionIcon, Button, Group, Modal, TextInput } from '@mantine/core';
import { IconBuildingStore, IconPencil, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { HqShops } from '#shared/hq/hq.api.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { newPageId } from '../../app/page-id.ts';
import { ErrorLine, ErrorState } from '../../ui/error-state.tsx';
import { FleetList, FleetRow } from '../../ui/fleet-list.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import classes from './users.module.css';
import { shopsQuery, useEditShop, useNewShop } from './users.queries.ts';

type Shop = HqShops['shops'][number];

export function ShopsList() {
  const t = useText();
  const hq = useHq();
  const shops = useQuery(shopsQuery(hq));
  const [open, setOpen] = useState<{ readonly shop?: Shop }>();
  return (
    <section className={classes.part} aria-labelledby="shops">
      <h2 id="shops" className={classes.title}>
        {t('console:shops.title')}
      </h2>
      {shops.isPending ? (
        <LoadingState />
      ) : shops.data ? (
        <FleetList
          action={
            <Button variant="default" leftSection={<IconPlus size={20} aria-hidden />} onClick={() => setOpen({})}>
              {t('console:shops.add')}
            </Button>
          }
        >
          {shops.data.shops.map((shop) => (
            <li key={shop.id}>
              <FleetRow
                className={classes.shop}
                icon={IconBuildingStore}
                isOut={false}
                name={<bdi>{shop.name}</bdi>}
                place={<bdi>{shop.address}</bdi>}
                state={null}
                menu={
                  <ActionIcon
                    aria-label={t('console:shops.change', { name: shop.name })}
                    onClick={() => setOpen({ shop })}
                  >
                    <IconPencil size={20} aria-hidden />
                  </ActionIcon>
                }
              />
            </li>
          ))}
        </FleetList>
      ) : (
        <ErrorState error={shops.error} onRetry={() => void shops.refetch()} />
      )}
      {open ? <ShopDialog shop={open.shop} onClose={() => setOpen(undefined)} /> : null}
    </section>
  );
}

function ShopDialog({ shop, onClose }: { readonly shop: Shop | undefined; readonly onClose: () => void }) {
  const t = useText();
  const create = useNewShop();
  const edit = useEditShop();
  const [id] = useState(newPageId);
  const [name, setName] = useState(shop?.name ?? '');
  const [address, setAddress] = useState(shop?.address ?? '');
  const isReady = name.trim() !== '' && address.trim() !== '';
  const { isPending, error } = shop ? edit : create;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isReady || isPending) return;
    const said = { name: name.trim(), address: address.trim() };
    if (shop) edit.mutate({ id: shop.id, patch: said }, { onSuccess: onClose });
    else create.mutate({ id, ...said }, { onSuccess: onClose });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size={480}
      title={shop ? t('console:shops.change', { name: shop.name }) : t('console:shops.add')}
      closeButtonProps={{ 'aria-label': t('hq:close') }}
    >
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          label={t('console:shops.name')}
          maxLength={128}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <TextInput
          label={t('console:shops.address')}
          maxLength={256}
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
        {error ? <ErrorLine error={error} /> : null}
        <Group justify="flex-end">
          <Button type="submit" disabled={!isReady} loading={isPending}>
            {t('console:users.save')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
