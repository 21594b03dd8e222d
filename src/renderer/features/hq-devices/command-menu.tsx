/** What this device may be asked. Each press is one command, whatever happens to its request. */
import { Button, Menu } from '@mantine/core';
import { IconFileText, IconLanguage, IconPower, IconTags } from '@tabler/icons-react';
import type { CommandOrder } from '#shared/devices/commands.schema.ts';
import type { HqDevice } from '#shared/hq/hq.api.ts';
import { LANGUAGES } from '#shared/visits/visits.schema.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { newPageId } from '../../app/page-id.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { useSendCommand } from './commands.queries.ts';
import classes from './device-drawer.module.css';

const ICON = { size: 18, 'aria-hidden': true } as const;

export function CommandMenu({ device }: { readonly device: HqDevice }) {
  const t = useText();
  const send = useSendCommand(device.id);
  const ask = (order: CommandOrder) => send.mutate({ id: newPageId(), order });
  return (
    <>
      <div className={classes.acts}>
        <Button
          variant="default"
          leftSection={<IconPower {...ICON} />}
          disabled={send.isPending}
          onClick={() => ask({ kind: 'restart' })}
        >
          {t('console:command.kind.restart')}
        </Button>
        <Button
          variant="default"
          leftSection={<IconTags {...ICON} />}
          disabled={send.isPending}
          onClick={() => ask({ kind: 'refresh_prices' })}
        >
          {t('console:command.kind.refresh_prices')}
        </Button>
        <Button
          variant="default"
          leftSection={<IconFileText {...ICON} />}
          disabled={send.isPending}
          onClick={() => ask({ kind: 'log_bundle' })}
        >
          {t('console:command.kind.log_bundle')}
        </Button>
        {device.mode === 'kiosk' ? (
          <Menu position="bottom-start" width={220} radius="md" shadow="md">
            <Menu.Target>
              <Button variant="default" leftSection={<IconLanguage {...ICON} />} disabled={send.isPending}>
                {t('console:command.kind.set_language')}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {LANGUAGES.map((language) => (
                <Menu.Item key={language} onClick={() => ask({ kind: 'set_language', language })}>
                  {t(`console:language.${language}`)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        ) : null}
      </div>
      {send.isError ? <ErrorLine error={send.error} /> : null}
    </>
  );
}
