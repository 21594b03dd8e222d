/** What a guest tells the attendant: the number of the order and what it costs. */
import { useText } from '../../app/i18n/i18n.ts';
import { Money } from '../../ui/money.tsx';
import classes from './desk-ticket.module.css';

export function DeskTicket({
  number,
  name,
  amountMinor,
}: {
  readonly number: string;
  /** What is paid for. */
  readonly name: string;
  readonly amountMinor: number;
}) {
  const t = useText();
  return (
    <section className={classes.ticket}>
      <p className={classes.label}>{t('kiosk:pay.desk.number')}</p>
      <bdi className={classes.number}>{number}</bdi>
      <hr className={classes.tear} />
      <p className={classes.label}>{name}</p>
      <Money className={classes.total ?? ''} minor={amountMinor} />
    </section>
  );
}
