/** Where the electronic receipt goes: an e-mail or a phone, typed with the keys on the screen or a real keyboard. */
import { SegmentedControl, UnstyledButton } from '@mantine/core';
import { IconDeviceMobile, IconMail } from '@tabler/icons-react';
import { type KeyboardEvent, useId } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { ScreenKeyboard } from '../../ui/screen-keyboard.tsx';
import { type ContactDraft, erase, showPhone, typeInto, withDomain, withEmail, withPhone } from './contact.rules.ts';
import classes from './contact-form.module.css';

const PLACEHOLDER = { email: 'name@mail.ru', phone: '+7 900 000-00-00' } as const;
const DOMAINS = ['mail.ru', 'yandex.ru', 'gmail.com', 'bk.ru'] as const;

export function ContactForm({
  draft,
  wrong,
  hint: says,
  onChange,
  onEnter,
}: {
  readonly draft: ContactDraft;
  /** Say that it is not an address yet. */
  readonly wrong: boolean;
  /** Under the field; without it what holds for a receipt. */
  readonly hint?: string;
  readonly onChange: (draft: ContactDraft) => void;
  readonly onEnter: () => void;
}) {
  const t = useText();
  const hint = useId();
  const { way } = draft;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') onEnter();
  };
  return (
    <div className={classes.form}>
      <SegmentedControl
        fullWidth
        value={way}
        onChange={(value) => onChange({ ...draft, way: value })}
        classNames={{ root: classes.ways ?? '', label: classes.way ?? '', indicator: classes.indicator ?? '' }}
        data={[
          { value: 'email', label: <Way icon={IconMail} text={t('kiosk:contact.email')} /> },
          { value: 'phone', label: <Way icon={IconDeviceMobile} text={t('kiosk:contact.phone')} /> },
        ]}
      />
      <div>
        <input
          key={way}
          className={classes.field}
          // The keys are on the screen already.
          inputMode="none"
          type="text"
          dir="ltr"
          autoComplete="off"
          autoCorrect="off"
          spellCheck={false}
          // The question of this screen is this field, and nothing opens by it: the keys are on the screen.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          aria-label={t(`kiosk:contact.${way}`)}
          aria-invalid={wrong}
          aria-describedby={hint}
          placeholder={PLACEHOLDER[way]}
          value={way === 'email' ? draft.email : showPhone(draft.phone)}
          onChange={(event) => {
            const { value } = event.currentTarget;
            onChange(way === 'email' ? withEmail(draft, value) : withPhone(draft, value));
          }}
          onKeyDown={onKeyDown}
        />
        <p id={hint} className={classes.hint} data-wrong={wrong} role={wrong ? 'alert' : undefined}>
          {wrong ? t(`kiosk:contact.wrong.${way}`) : (says ?? t('kiosk:contact.hint'))}
        </p>
      </div>
      <div className={classes.keys}>
        {way === 'email' ? (
          <div className={classes.domains} dir="ltr">
            {DOMAINS.map((domain) => (
              <UnstyledButton
                key={domain}
                className={classes.domain}
                onClick={() => onChange(withDomain(draft, domain))}
              >
                @{domain}
              </UnstyledButton>
            ))}
          </div>
        ) : null}
        <ScreenKeyboard
          layout={way}
          onType={(text) => onChange(typeInto(draft, text))}
          onErase={() => onChange(erase(draft))}
        />
      </div>
    </div>
  );
}

function Way({ icon: Icon, text }: { readonly icon: typeof IconMail; readonly text: string }) {
  return (
    <span className={classes.wayLabel}>
      <Icon aria-hidden stroke={1.75} />
      {text}
    </span>
  );
}
