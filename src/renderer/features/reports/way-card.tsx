import { Loader, UnstyledButton } from '@mantine/core';
import {
  IconAlertTriangle,
  IconChevronRight,
  IconCircleCheck,
  IconDeviceMobile,
  IconMail,
  IconPrinter,
} from '@tabler/icons-react';
import { useText } from '../../app/i18n/i18n.ts';
import classes from './way-card.module.css';
import { lookOf, mayAsk, type Way, type WayState } from './ways.rules.ts';

const ICONS = { email: IconMail, sms: IconDeviceMobile, print: IconPrinter } as const;

/** One way to take the report along, and how it goes. */
export function WayCard({
  way,
  state,
  onAsk,
}: {
  readonly way: Way;
  readonly state: WayState;
  readonly onAsk: () => void;
}) {
  const t = useText();
  const Icon = ICONS[way];
  const look = lookOf(state);
  const isOpen = mayAsk(state);
  return (
    <UnstyledButton className={classes.card} data-look={look} disabled={!isOpen} onClick={onAsk}>
      <span className={classes.icon}>
        <Icon aria-hidden stroke={1.5} />
      </span>
      <span className={classes.words}>
        <span className={classes.name}>{t(`report:way.${way}`)}</span>
        <output className={classes.state}>
          <StateText way={way} state={state} />
        </output>
      </span>
      <span className={classes.end} aria-hidden>
        {look === 'going' ? <Loader size="2.6rem" /> : null}
        {look === 'good' ? <IconCircleCheck stroke={2} /> : null}
        {look === 'bad' ? <IconAlertTriangle stroke={2} /> : null}
        {look === 'plain' ? <IconChevronRight className="pk-mirror" stroke={2} /> : null}
      </span>
    </UnstyledButton>
  );
}

function StateText({ way, state }: { readonly way: Way; readonly state: WayState }) {
  const t = useText();
  switch (state.kind) {
    case 'offered':
      return t(`report:offer.${way}`);
    case 'printing':
      return t(`report:paper.${state.state}`);
    case 'sending':
      // The address reads from the left in every language.
      return t(`report:state.${state.state}`, { to: `\u2066${state.to}\u2069` });
  }
}
