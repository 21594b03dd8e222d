/** The bar over every screen of a manager, and the keys that work on all of them. */
import { SegmentedControl, UnstyledButton } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { createContext, type ReactNode, use, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { isDialogOpen } from '../app/dialog-open.ts';
import { useText } from '../app/i18n/i18n.ts';
import { useKeys } from '../app/keys.ts';
import { useManager } from '../app/manager.tsx';
import { AppHeader } from '../ui/app-header.tsx';
import classes from './frame.module.css';
import { ManagerKeys } from './manager-keys.tsx';

/** What stands at the end of the bar: how the line is, who works here. */
const ToolsContext = createContext<ReactNode>(null);
export const FrameTools = ToolsContext.Provider;

export function Frame({
  title,
  back,
  tags,
  children,
}: {
  readonly title: ReactNode;
  /** Where the arrow leads, and what it is called. */
  readonly back?: { readonly to: string; readonly label: string };
  readonly tags?: ReactNode;
  readonly children: ReactNode;
}) {
  const t = useText();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const { kind } = useManager();
  const tools = use(ToolsContext);
  const [isHelp, setHelp] = useState(false);
  useKeys(() => (isDialogOpen() ? {} : { '?': () => setHelp(true), Escape: back && (() => void navigate(back.to)) }));
  return (
    <div className={classes.page}>
      <AppHeader
        title={
          <span className={classes.title}>
            {back === undefined ? null : (
              <UnstyledButton className={classes.back} onClick={() => void navigate(back.to)}>
                <IconArrowLeft size={20} aria-hidden />
                <span>{back.label}</span>
              </UnstyledButton>
            )}
            <span className={classes.name}>{title}</span>
            {tags}
          </span>
        }
      >
        {kind === 'device' && back === undefined ? (
          <SegmentedControl
            className={classes.views ?? ''}
            aria-label={t('manager:pages')}
            value={pathname.startsWith('/partner') ? 'partner' : 'clients'}
            onChange={(value) => void navigate(`/${value}`)}
            data={[
              { value: 'clients', label: t('manager:view.clients') },
              { value: 'partner', label: t('manager:view.partner') },
            ]}
          />
        ) : null}
        {tools}
      </AppHeader>
      <main className={classes.main}>{children}</main>
      {isHelp ? <ManagerKeys onClose={() => setHelp(false)} /> : null}
    </div>
  );
}
