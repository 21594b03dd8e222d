import { Button, CopyButton, Group } from '@mantine/core';
import { IconCheck, IconCopy, IconEyeOff } from '@tabler/icons-react';
import type { IssuedToken } from '#shared/hq/fiscal.api.ts';
import { useFormat } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { Notice } from '../../ui/notice.tsx';
import classes from './dialogs.module.css';

/** The two things that are typed into an agent: where the server is, and the token, which nobody sees again. */
export function TokenSecret({
  issued,
  timeZone,
  onDone,
}: {
  readonly issued: IssuedToken;
  readonly timeZone: string;
  readonly onDone: () => void;
}) {
  const t = useText();
  const format = useFormat(timeZone);
  return (
    <div className={classes.form}>
      <Notice tone="warn" icon={IconEyeOff}>
        {t('monitor:tokens.once')}
      </Notice>
      <div>
        <p className={classes.label}>{t('monitor:tokens.server')}</p>
        <bdi className={classes.address}>{location.origin}</bdi>
      </div>
      <div>
        <p className={classes.label}>{t('monitor:tokens.token')}</p>
        <output className={classes.secret} dir="ltr">
          {issued.token}
        </output>
      </div>
      {issued.graceUntil === undefined ? null : (
        <p className={classes.text}>{t('monitor:tokens.grace', { time: format.time(issued.graceUntil) })}</p>
      )}
      <Group justify="flex-end" gap="sm">
        <CopyButton value={issued.token}>
          {({ copied, copy }) => (
            <Button
              leftSection={copied ? <IconCheck size={20} aria-hidden /> : <IconCopy size={20} aria-hidden />}
              onClick={copy}
              data-autofocus
            >
              {copied ? t('monitor:tokens.copied') : t('monitor:tokens.copy')}
            </Button>
          )}
        </CopyButton>
        <Button variant="default" onClick={onDone}>
          {t('monitor:tokens.done')}
        </Button>
      </Group>
    </div>
  );
}
