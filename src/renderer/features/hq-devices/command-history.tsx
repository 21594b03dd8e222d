/** What a device was asked, newest first, and what came of it. */
import { Button } from '@mantine/core';
import {
  type Icon,
  IconAlertTriangle,
  IconCheck,
  IconClockHour4,
  IconClockX,
  IconDownload,
  IconQuestionMark,
  IconX,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { CommandState, HqCommand } from '#shared/hq/fleet.api.ts';
import { useFormat } from '../../app/format.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { StatusTag, type Tone } from '../../ui/status-tag.tsx';
import { outcomeWords } from './command-outcome.rules.ts';
import { commandsQuery, useCancelCommand } from './commands.queries.ts';
import classes from './device-drawer.module.css';

const LOOKS: Readonly<Record<CommandState, readonly [Tone, Icon]>> = {
  waiting: ['info', IconClockHour4],
  delivered: ['info', IconClockHour4],
  expired: ['plain', IconClockX],
  silent: ['warn', IconQuestionMark],
  cancelled: ['plain', IconX],
  done: ['good', IconCheck],
  refused: ['bad', IconAlertTriangle],
};

export function CommandHistory({
  deviceId,
  timeZone,
  refetchInterval,
}: {
  readonly deviceId: string;
  readonly timeZone: string;
  readonly refetchInterval: number | false;
}) {
  const t = useText();
  const hq = useHq();
  const commands = useQuery({ ...commandsQuery(hq, deviceId), refetchInterval });
  if (commands.isError && !commands.data) return <ErrorLine error={commands.error} />;
  if (!commands.data) return null;
  const rows = commands.data.commands;
  if (rows.length === 0) return <p className={classes.none}>{t('console:command.none')}</p>;
  return (
    <ul className={classes.commands} aria-label={t('console:command.history')}>
      {rows.map((command) => (
        <li key={command.id}>
          <Command command={command} timeZone={timeZone} />
        </li>
      ))}
    </ul>
  );
}

function Command({ command, timeZone }: { readonly command: HqCommand; readonly timeZone: string }) {
  const t = useText();
  const format = useFormat(timeZone);
  const cancel = useCancelCommand();
  const { order, state } = command;
  const [tone, icon] = LOOKS[state];
  const notes = [
    format.dateTime(command.issuedAt),
    command.createdBy,
    ...outcomeWords(t, command, format.number),
    state === 'waiting' ? t('console:command.until', { time: format.dateTime(command.expiresAt) }) : undefined,
  ];
  return (
    <>
      <strong>
        {order.kind === 'set_language'
          ? t('console:command.language', { language: t(`console:language.${order.language}`) })
          : t(`console:command.kind.${order.kind}`)}
      </strong>
      <StatusTag tone={tone} icon={icon}>
        {t(`console:command.state.${state}`)}
      </StatusTag>
      <small>{notes.filter((one) => one !== undefined).join(' • ')}</small>
      {state === 'waiting' || command.hasBundle ? (
        <span className={classes.own}>
          {state === 'waiting' ? (
            <Button
              variant="subtle"
              color="gray"
              size="compact-md"
              loading={cancel.isPending}
              onClick={() => cancel.mutate(command.id)}
            >
              {t('console:command.cancel')}
            </Button>
          ) : null}
          {command.hasBundle ? (
            <Button
              component="a"
              href={`/commands/${command.id}/log`}
              download
              variant="subtle"
              size="compact-md"
              leftSection={<IconDownload size={18} aria-hidden />}
            >
              {t('console:command.download')}
            </Button>
          ) : null}
        </span>
      ) : null}
      {cancel.isError ? <ErrorLine error={cancel.error} /> : null}
    </>
  );
}
