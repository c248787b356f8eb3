// Tables that sort, and give themselves as CSV.
(() => {
  const {el} = Ringside.dom;
  const live = new Map();  // by id

  // Figures before texts, what is missing always last.
  const compare = (a, b) => {
    if (a === null || b === null) return (a === null) - (b === null);
    if (typeof a === 'number' && typeof b === 'number') return a - b;
    return String(a).localeCompare(String(b), 'en', {numeric: true});
  };

  const sorted = (rows, order) => {
    if (!order) return rows;
    const [column, direction] = order.split('.');
    const sign = direction === 'down' ? -1 : 1;
    return [...rows].sort((left, right) => {
      const a = left[column] ? left[column].value : null;
      const b = right[column] ? right[column].value : null;
      return a === null || b === null ? compare(a, b) : sign * compare(a, b);
    });
  };

  const classOf = (column) =>
    [column.numeric ? 'number' : 'text', column.csvOnly && 'csv-only', column.width]
      .filter(Boolean).join(' ');

  const cellElement = (cell, column, first) => {
    const attributes = {class: [classOf(column), cell.tone].filter(Boolean).join(' '),
      title: cell.title, 'data-value': cell.value === null ? '' : String(cell.value)};
    if (first) attributes.scope = 'row';
    return el(first ? 'th' : 'td', attributes, cell.node || cell.text);
  };

  const order = (id) => Ringside.state.get().sort[id] || '';

  const draw = ({id, columns, rows, body, heads}) => {
    const now = order(id);
    const [column, direction] = now.split('.');
    heads.forEach((head, index) => head.setAttribute('aria-sort',
      now === '' || Number(column) !== index ? 'none' :
        direction === 'down' ? 'descending' : 'ascending'));
    Ringside.dom.fill(body, sorted(rows, now).map((row) => el('tr', {},
      row.map((cell, index) => cellElement(cell, columns[index], index === 0)))));
  };

  // First click: the greatest figure or the first name on top; then the other way; then as it was.
  const nextOrder = (id, index, numeric) => {
    const first = numeric ? 'down' : 'up';
    const second = numeric ? 'up' : 'down';
    const now = order(id);
    if (now === `${index}.${first}`) return `${index}.${second}`;
    return now === `${index}.${second}` ? '' : `${index}.${first}`;
  };

  const head = (id, column, index) => el('th', {scope: 'col',
    class: classOf(column), 'data-key': column.key, 'aria-sort': 'none'},
  el('button', {type: 'button', class: 'sort', id: `sort-${id}-${index}`, onclick: () => {
    const sort = {...Ringside.state.get().sort};
    const next = nextOrder(id, index, column.numeric);
    if (next === '') delete sort[id];
    else sort[id] = next;
    Ringside.state.set({sort});
  }}, column.label));

  // columns: {key (with unit, for CSV), label, numeric, csvOnly, width: 'one-line' or 'long'}; rows: lists of {value, text,
  // title, tone}; a value of null is shown as its text and is an empty field in CSV.
  const build = ({id, caption, columns, rows}) => {
    const heads = columns.map((column, index) => head(id, column, index));
    const body = el('tbody');
    const table = {id, columns, rows, body, heads};
    live.set(id, table);
    draw(table);
    const file = `ringside-${Ringside.dom.slug(Ringside.data.name)}-${id}`;
    return el('div', {class: 'table-block'},
      el('div', {class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': caption},
        el('table', {id: `table-${id}`}, el('caption', {}, el('span', {}, caption)),
          el('thead', {}, el('tr', {}, heads)), body)),
      el('button', {type: 'button', class: 'quiet csv', id: `csv-${id}`,
        'aria-label': `Download as CSV: ${caption}`,
        onclick: () => Ringside.csv.download(file, columns,
          sorted(rows, order(id)).map((row) => row.map((cell) => cell.value)))}, 'Download CSV'));
  };

  const text = (value, title) => ({value: value === undefined ? null : value,
    text: value === null || value === undefined ? '—' : value, title});
  const number = (value, format = Ringside.format.plain, title = undefined) =>
    ({value: value === undefined ? null : value, text: format(value), title});

  const sortAll = () => {
    for (const table of live.values()) {
      if (table.body.isConnected) draw(table);
      else live.delete(table.id);
    }
  };

  Ringside.table = {build, text, number, sortAll};
})();
