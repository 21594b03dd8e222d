/** Files on which people disagree, whatever tab they are in: nobody has to find them. */
import { Button } from '@mantine/core';
import { IconArrowsSplit2 } from '@tabler/icons-react';
import { useText } from '../../app/i18n/i18n.ts';
import { Notice } from '../../ui/notice.tsx';
import classes from './client-list.module.css';

export function DisputedFiles({
  files,
  onOpen,
}: {
  readonly files: readonly { readonly id: string; readonly name: string }[];
  readonly onOpen: (id: string) => void;
}) {
  const t = useText();
  if (files.length === 0) return null;
  return (
    <Notice tone="bad" icon={IconArrowsSplit2}>
      <span className={classes.disputed}>
        {t('manager:conflict.waiting', { count: files.length })}
        {files.map(({ id, name }) => (
          <Button key={id} variant="default" onClick={() => onOpen(id)}>
            <bdi>{name}</bdi>
          </Button>
        ))}
      </span>
    </Notice>
  );
}
