/** The live paper tape: listens to /events, shows slips and the register's state, posts faults. */
const byId = (id) => document.getElementById(id);
const KEPT = 60;

const money = (minor) => (minor / 100).toLocaleString('ru-RU', { style: 'currency', currency: 'RUB' });
const SHIFTS = { closed: 'закрыта', opened: 'открыта', expired: 'старше 24 часов' };

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

function showState(state) {
  byId('identity').textContent = `${state.organisation} · ФН ${state.fnSerial} · драйвер ${state.version}`;
  const rows = [
    ['Смена', `${state.shift.number} — ${SHIFTS[state.shift.state]}`, state.shift.state === 'expired'],
    ['Чеков за смену', state.shift.receipts],
    ['Последний ФД', state.lastDocument],
    ['Не передано в ОФД', state.unsent, state.unsent > 0],
    ['ОФД', state.ofdOnline ? 'на связи' : 'недоступен', !state.ofdOnline],
    ['Наличных', money(state.cashMinor)],
    ['Бумага', state.paper ? 'есть' : 'нет', !state.paper],
    ['Чек', state.receiptOpen ? 'открыт' : 'закрыт'],
  ];
  if (state.unprinted !== null) rows.push(['Не допечатан', `ФД ${state.unprinted}`, true]);
  byId('state').replaceChildren(
    ...rows.flatMap(([name, value, warn]) => {
      const term = document.createElement('dt');
      const definition = document.createElement('dd');
      term.textContent = name;
      definition.textContent = String(value);
      definition.className = warn ? 'warn' : '';
      return [term, definition];
    }),
  );
  byId('armed').replaceChildren(
    ...state.faults.map((fault) => {
      const item = document.createElement('li');
      item.textContent = `${fault.point} × ${fault.times}${fault.method ? ` (${fault.method})` : ''}`;
      return item;
    }),
  );
}

async function post(path, body) {
  byId('problem').textContent = '';
  try {
    const response = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    if (!response.ok) byId('problem').textContent = (await response.json()).error;
  } catch {
    byId('problem').textContent = 'Касса не отвечает.';
  }
}

for (const button of document.querySelectorAll('button')) {
  const { post: path, body, fault } = button.dataset;
  button.addEventListener('click', () => {
    void (fault ? post('/faults', JSON.stringify({ point: fault })) : post(path, body));
  });
}

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
