// Every row with its main figures, to sort and to take along.
(() => {
  const {el, fill} = Ringside.dom;
  const {data, format, table} = Ringside;

  const figure = (key, label, value, show, reason) => ({key, label, numeric: true,
    cell: (row) => table.number(value(row), show, reason ? row.reasons[reason] : undefined)});
  const latency = (name, label) => figure(`latency_${name}_ns`, label,
    (row) => row.latency_ns[name], format.duration);
  const part = (name, label) => figure(`cpu_${name}_ns_per_op`, label,
    (row) => row.cpu && row.cpu[`${name}_ns_per_op`], format.duration, 'cpu');
  const perOp = (member, label) => figure(`${member}_per_op`, label,
    (row) => row[member] && row[member].per_op, format.plain, member);

  const ratio = (member, label) => ({key: member, label, numeric: true, cell: (row, group) => {
    const one = data.againstBaseline(group, row, group.ranking_metric);
    return table.number(one && one[member], format.ratio, one ? one.reason : undefined);
  }});

  const columns = [
    {key: 'backend', label: 'backend', cell: (row) => table.text(row.key)},
    {key: 'scenario', label: 'scenario', cell: (row, group) => table.text(group.scenario)},
    {key: 'label', label: 'parameters', cell: (row, group) => table.text(group.label)},
    {key: 'status', label: 'status', cell: (row) => table.text(row.status, row.reason)},
    figure('rank', 'rank', (row) => row.rank, (value) => value === null ? '—' : String(value)),
    {key: 'throughput_is_lower_bound', label: '≥', csvOnly: true,
      cell: (row) => ({value: row.throughput_is_lower_bound,
        text: row.throughput_is_lower_bound ? '≥' : '', title: 'lower bound: the load was saturated'})},
    {key: 'throughput_ops_per_s', label: 'throughput, /s', numeric: true, cell: (row) =>
      table.number(row.throughput_ops_per_s, (value) =>
        (row.throughput_is_lower_bound ? '≥' : '') + format.count(value),
      row.reasons.throughput_ops_per_s)},
    ratio('ratio', 'ratio'), ratio('interval_low', 'from'), ratio('interval_high', 'to'),
    latency('p50', 'p50'), latency('p90', 'p90'), latency('p99', 'p99'), latency('p99_9', 'p99.9'),
    part('total', 'CPU'), part('user', 'user'), part('system', 'system'),
    perOp('context_switches', 'switches'), perOp('syscalls', 'system calls'),
    figure('max_rss_bytes', 'memory', (row) => row.max_rss_bytes, format.bytes, 'max_rss_bytes'),
    figure('threads_peak', 'threads', (row) => row.threads_peak, (value) =>
      value === null ? '—' : String(value), 'threads_peak'),
    figure('generator_cpu_utilisation', 'load\'s CPU', (row) => row.generator_cpu_utilisation,
      format.plain, 'generator_cpu_utilisation'),
    figure('rounds_ok', 'rounds', (row) => row.rounds_ok, String),
  ];

  const render = (view) => {
    const rows = view.groups.flatMap((group) => group.rows.filter(view.visible)
      .map((row) => columns.map((column) => column.cell(row, group))));
    fill(document.getElementById('rows'), el('h2', {id: 'rows-title'}, 'All rows'),
      el('p', {class: 'look'}, 'Over the good rounds together; CPU, switches and system calls are ' +
        'per operation, the ratio is in what the comparison is ranked by. ≥ is a lower bound. Why ' +
        'a figure is missing is said when you point at it. Choose a heading to sort.'),
      rows.length === 0 ? el('p', {}, 'No row passes the filters.') :
        table.build({id: 'rows', caption: 'All rows', columns, rows}));
  };

  Ringside.allRows = {render};
})();
