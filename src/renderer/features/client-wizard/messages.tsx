/** What the client was told and said in the support chat. Codes are masked before they come here. */
import { IconClock, IconMessages } from '@tabler/icons-react';
import type { SupportMessage } from '#shared/contracts/contracts.schema.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useManagerFormat } from '../../app/manager.tsx';
import classes from './wizard.module.css';

export function Messages({ messages }: { readonly messages: readonly SupportMessage[] }) {
  const t = useText();
  const format = useManagerFormat();
  return (
    <section className={classes.panel} aria-labelledby="messages">
      <h3 id="messages" className={classes.panelTitle}>
        <IconMessages size={22} aria-hidden />
        {t('wizard:messages.title')}
      </h3>
      {messages.length === 0 ? (
        <p className={classes.note}>{t('wizard:messages.empty')}</p>
      ) : (
        <ol className={classes.messages}>
          {messages.map((message) => (
            <li key={message.id} className={classes.message} data-author={message.author}>
              <bdi>{message.body}</bdi>
              <small>
                {t(`wizard:messages.author.${message.author}`)} • {format.dateTime(message.at)}
                {message.deliveredAt === undefined && message.author !== 'user' ? (
                  <>
                    {' • '}
                    <IconClock size={13} aria-hidden /> {t('wizard:messages.waiting')}
                  </>
                ) : null}
              </small>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
