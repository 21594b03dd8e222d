/** How the register refuses: the driver's number and the text a cashier sees. */
import { DriverError } from '#main/domains/fiscal/fptr/constants.ts';

const TEXTS = new Map<number, string>([
  [DriverError.NO_CONNECTION, 'Нет связи'],
  [DriverError.PORT_BUSY, 'Порт занят'],
  [DriverError.INCORRECT_DATA, 'Некорректные данные от устройства'],
  [DriverError.INTERNAL, 'Непредвиденная ошибка'],
  [DriverError.UNSUPPORTED_CAST, 'Не удалось преобразовать тип параметра'],
  [DriverError.NO_REQUIRED_PARAM, 'Не найден обязательный параметр'],
  [DriverError.NOT_SUPPORTED, 'Не поддерживается'],
  [DriverError.INVALID_PARAM, 'Некорректный параметр'],
  [DriverError.INVALID_SUM, 'Некорректная цена или сумма'],
  [DriverError.INVALID_QUANTITY, 'Некорректное количество'],
  [DriverError.NO_MORE_DATA, 'Нет запрошенных данных'],
  [DriverError.NO_PAPER, 'Нет бумаги'],
  [DriverError.INVALID_RECEIPT_TYPE, 'Неверный тип чека'],
  [DriverError.NONCACH_PAYMENTS_TOO_MUCH, 'Сумма безналичных оплат превышает сумму чека'],
  [DriverError.INVALID_PAYMENT_TYPE, 'Неверный тип оплаты'],
  [DriverError.NOT_FULLY_PAID, 'Чек оплачен не полностью'],
  [DriverError.SHIFT_EXPIRED, 'Смена превысила 24 часа'],
  [DriverError.DENIED_IN_CLOSED_SHIFT, 'Смена закрыта'],
  [DriverError.NO_CASH, 'В ККТ нет денег для выплаты'],
  [DriverError.DENIED_IN_CLOSED_RECEIPT, 'Чек закрыт - операция невозможна'],
  [DriverError.DENIED_IN_OPENED_RECEIPT, 'Чек открыт - операция невозможна'],
  [DriverError.DENIED_IN_OPENED_SHIFT, 'Смена открыта - операция невозможна'],
  [DriverError.FN_NO_MORE_DATA, 'В ФН нет запрошенных данных'],
  [DriverError.FN_RESOURCE_HAS_EXPIRED, 'Ресурс хранения ФД исчерпан'],
  [DriverError.INVALID_TAXATION_TYPE, 'Некорректная СНО'],
  [DriverError.INVALID_TAX_TYPE, 'Недопустимый номер ставки налога'],
  [DriverError.FISCAL_PROPERTY_WRITE, 'Некорректное значение или формат реквизита'],
  [DriverError.NO_REQUIRED_FISCAL_PROPERTY, 'Не указаны обязательные реквизиты'],
  [DriverError.NO_ACTIVE_OPERATOR, 'Кассир не зарегистрирован'],
  [DriverError.CLOSE_RECEIPT_INTERRUPTED, 'Закрытие чека прервано - допечатайте документ'],
  [DriverError.DENIED_IN_OPENED_DOC, 'Документ открыт - операция невозможна'],
  [DriverError.DENIED_IN_CLOSED_DOC, 'Документ закрыт - операция невозможна'],
  [DriverError.INVALID_TOTAL, 'Некорректный итог чека'],
  [DriverError.INVALID_RECORDS_ID, 'Некорректный идентификатор записей'],
]);

export class KktError extends Error {
  override readonly name = 'KktError';
  readonly code: number;
  constructor(code: number, text?: string) {
    super(text ?? TEXTS.get(code) ?? `Ошибка ${code}`);
    this.code = code;
  }
}

/** Not an answer: the link goes down before one could be sent. */
export class LinkDropped extends Error {
  override readonly name = 'LinkDropped';
}
