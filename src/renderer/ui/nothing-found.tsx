import { Button } from '@mantine/core';
import { IconSearchOff } from '@tabler/icons-react';
import { EmptyState } from './empty-state.tsx';

/** There is something, but none of it is what was asked for; the way back is to ask for everything. */
export function NothingFound({
  title,
  clear,
  onClear,
}: {
  readonly title: string;
  readonly clear: string;
  readonly onClear: () => void;
}) {
  return (
    <EmptyState
      icon={IconSearchOff}
      title={title}
      action={
        <Button variant="default" onClick={onClear}>
          {clear}
        </Button>
      }
    />
  );
}
