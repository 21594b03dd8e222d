/** One question with two answers; the safe one is the large one. */
import { Button, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './ask-dialog.module.css';

export function AskDialog(props: {
  readonly opened: boolean;
  readonly title: string;
  readonly text: ReactNode;
  readonly keep: string;
  readonly onKeep: () => void;
  readonly drop?: string;
  readonly dropping?: boolean;
  readonly onDrop?: () => void;
}) {
  return (
    <Modal opened={props.opened} onClose={props.onKeep} title={props.title}>
      <div className={classes.text}>{props.text}</div>
      <div className={classes.actions}>
        <Button onClick={props.onKeep} data-autofocus>
          {props.keep}
        </Button>
        {props.drop === undefined ? null : (
          <Button variant="default" c="red" loading={props.dropping ?? false} onClick={props.onDrop}>
            {props.drop}
          </Button>
        )}
      </div>
    </Modal>
  );
}
