/** The live paper tape: listens to /events, shows slips and the register's state, posts faults and switches. */
const byId = (id) => document.getElementById(id);
const KEPT = 60;

const money = (minor) => (minor / 100).toLocaleString('ru-RU', { style: 'currency', currency: 'RUB' });
const SHIFTS = { closed: 'закрыта', opened: 'открыта', expired: 'старше 24 часов' };
const SWITCHES = { paper: ['/paper', 'present'], ofdOnline: ['/ofd', 'online'] };

function slipElement(slip, fresh) {
  const item = document.createElement('li');
  item.className = fresh ? 'slip fresh' : 'slip';
  const text = document.createElement('pre');
  text.textContent = slip.lines.join('\n');
  item.append(text);
  if (slip.qr) {
    const image = document.createElement('img');
    image.alt = 'QR-код чека';
    image.src = `data:image/svg+xml,${encodeURIComponent(slip.qr)}`;
    item.append(image);
  }
  return item;
}

function showSlip(slip, fresh) {
  byId('empty').hidden = true;
  byId('tape').prepend(slipElement(slip, fresh));
  while (byId('tape').children.length > KEPT) byId('tape').lastElementChild.remove();
}

/** @param rows name, value, and whether a person should look at it */
function showRows(list, rows) {
  list.replaceChildren(
    ...rows.flatMap(([name, value, warn]) => {
      const term = document.createElement('dt');
      const definition = document.createElement('dd');
      term.textContent = name;
      definition.textContent = String(value);
      definition.className = warn ? 'warn' : '';
      return [term, definition];
    }),
  );
}

const times = ({ count, sumMinor } = { count: 0, sumMinor: 0 }) => `${count} · ${money(sumMinor)}`;

function shiftRows({ shift, lastDocument, unsent, cashMinor, receiptOpen, unprinted, slipOwed }) {
  const owed = unprinted !== null ? `ФД ${unprinted}` : slipOwed ? 'внесение или выплата' : undefined;
  return [
    [`Смена ${shift.number}`, SHIFTS[shift.state], shift.state === 'expired'],
    ['Последний документ', `ФД ${lastDocument}`],
    ['Не передано в ОФД', unsent, unsent > 0],
    ['Наличных в ящике', money(cashMinor)],
    ['Чек', receiptOpen ? 'открыт' : 'нет открытого', receiptOpen],
    ...(owed ? [['Не допечатано', owed, true]] : []),
  ];
}

const counterRows = ({ counters }) => [
  ['Приход', times(counters.receipts[1])],
  ['Возврат прихода', times(counters.receipts[2])],
  ['Внесения', times(counters.cashIn)],
  ['Выплаты', times(counters.cashOut)],
];

/** How the button that arms it calls a fault. */
function nameOf({ point, when }) {
  const buttons = [...document.querySelectorAll(`[data-fault="${point}"]`)];
  return (buttons.find((button) => button.dataset.when === when) ?? buttons[0]).textContent;
}

function showFaults(faults) {
  byId('calm').hidden = faults.length > 0;
  byId('armed').replaceChildren(
    ...faults.map((fault) => {
      const item = document.createElement('li');
      const more = [
        ...(fault.times > 1 ? [`${fault.times} раз`] : []),
        ...(fault.point === 'hang' ? [`${fault.seconds} с`] : []),
        ...(fault.method ? [fault.method] : []),
      ];
      item.textContent = [nameOf(fault), ...more].join(' · ');
      return item;
    }),
  );
}

function offsetText(seconds) {
  if (seconds === 0) return 'точно';
  const hours = seconds / 3600;
  return `${seconds > 0 ? '+' : '−'}${Number.isInteger(hours) ? `${Math.abs(hours)} ч` : `${Math.abs(seconds)} с`}`;
}

function showState(state) {
  byId('identity').textContent = `${state.organisation} · ФН ${state.fnSerial} · драйвер ${state.version}`;
  showRows(byId('shift'), shiftRows(state));
  showRows(byId('counters'), counterRows(state));
  byId('clock').textContent = `${state.clock.wall} · ${offsetText(state.clock.offsetSeconds)}`;
  showFaults(state.faults);
  for (const button of document.querySelectorAll('[data-switch]')) {
    button.setAttribute('aria-pressed', String(String(state[button.dataset.switch]) === button.dataset.value));
  }
  for (const button of document.querySelectorAll('[data-clock]')) {
    button.setAttribute('aria-pressed', String(Number(button.dataset.clock) === state.clock.offsetSeconds));
  }
}

async function post(path, body) {
  byId('problem').textContent = '';
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) byId('problem').textContent = (await response.json()).error;
  } catch {
    byId('problem').textContent = 'Касса не отвечает.';
  }
}

function faultOf({ fault, when }) {
  const method = byId('method').value;
  return {
    point: fault,
    times: Number(byId('times').value),
    ...(fault === 'hang' ? { seconds: Number(byId('seconds').value) } : {}),
    ...(method === '' ? {} : { method }),
    ...(when ? { when } : {}),
  };
}

document.addEventListener('click', ({ target }) => {
  const button = target.closest('button');
  if (button === null) return;
  const { dataset } = button;
  if (dataset.fault) void post('/faults', faultOf(dataset));
  else if (dataset.clock) void post('/clock', { offsetSeconds: Number(dataset.clock) });
  else if (dataset.switch) {
    const [path, key] = SWITCHES[dataset.switch];
    void post(path, { [key]: dataset.value === 'true' });
  } else if (button.id === 'clear') void post('/faults/clear', {});
});

const events = new EventSource('/events');
const showLink = (on) => {
  byId('link').textContent = on ? 'На связи' : 'Касса не отвечает';
  byId('link').className = on ? 'on' : 'off';
};
events.addEventListener('open', () => showLink(true));
events.addEventListener('error', () => showLink(false));
events.addEventListener('tape', (event) => {
  byId('tape').replaceChildren();
  for (const slip of JSON.parse(event.data)) showSlip(slip, false);
});
events.addEventListener('slip', (event) => showSlip(JSON.parse(event.data), true));
events.addEventListener('state', (event) => showState(JSON.parse(event.data)));
