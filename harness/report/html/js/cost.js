// What an operation costs: CPU, context switches, system calls.
(() => {
  const {format, table, chartStyle} = Ringside;

  const bars = (rows, datasets, formatValue, most) => ({
    type: 'bar',
    data: {labels: rows.map((row) => Ringside.dom.clean(row.key)), datasets},
    plugins: [Ringside.figure.valueLabels(formatValue)],
    options: {
      indexAxis: 'y',
      // Room for the values behind the bars.
      layout: {padding: {right: 56}},
      interaction: {mode: 'index', axis: 'y', intersect: false},
      scales: {
        x: {stacked: true, beginAtZero: true, max: (most || 1) * 1.02, ticks: {
          callback: format.tick(formatValue), maxRotation: 0, maxTicksLimit: 6,
          includeBounds: false}},
        y: {stacked: true, grid: {display: false}},
      },
      plugins: {
        legend: {display: datasets.length > 1},
        tooltip: {callbacks: {label: ({dataset, parsed}) =>
          `${dataset.label}: ${formatValue(parsed.x)}`}},
      },
    },
  });

  const bar = (label, data, backgroundColor) =>
    ({label, data, backgroundColor, maxBarThickness: 18, pointStyle: 'rect'});

  const height = (rows, legend) => rows.length * 30 + (legend ? 72 : 44);

  const cpu = (view) => {
    const rows = view.rows.filter((row) => row.cpu)
      .sort((a, b) => a.cpu.total_ns_per_op - b.cpu.total_ns_per_op);
    const {operation, title} = view.group;
    const caption = `CPU per ${operation}, ${title}`;
    const parts = ['total_ns_per_op', 'user_ns_per_op', 'system_ns_per_op'];
    return Ringside.figure.frame({id: 'cpu', title: `CPU per ${operation}`,
      look: 'Look at the length first: it is what the machine pays. Then at the split: system ' +
        'time is the kernel moving bytes, user time is the library and the program.',
      without: 'CPU was not measured in any of these rows.',
      pictures: rows.length === 0 ? [] : [{height: height(rows, true),
        label: `${caption}, user and system; the same figures are in the table below`,
        config: () => {
          const {first, second} = chartStyle.colours();
          return bars(rows, [
            bar('system', rows.map((row) => row.cpu.system_ns_per_op), first),
            bar('user', rows.map((row) => row.cpu.user_ns_per_op), second)], format.duration,
          rows[rows.length - 1].cpu.total_ns_per_op);
        }}],
      tables: [{id: 'cpu', caption,
        columns: [{key: 'backend', label: 'backend'},
          ...parts.map((part) => ({key: `cpu_${part}`, label: part.split('_')[0], numeric: true})),
          {key: 'utilisation', label: 'CPUs in use', numeric: true},
          {key: 'reason', label: 'reason'}],
        rows: view.rows.map((row) => [table.text(row.key),
          ...parts.map((part) => table.number(row.cpu && row.cpu[part], format.duration)),
          table.number(row.cpu && row.cpu.utilisation), table.text(row.reasons.cpu)])}]});
  };

  const perOperation = (view, {id, member, name, look}) => {
    const rows = view.rows.filter((row) => row[member])
      .sort((a, b) => a[member].per_op - b[member].per_op);
    const caption = `${name} per ${view.group.operation}, ${view.group.title}`;
    const reason = view.rows.map((row) => row.reasons[member]).find(Boolean);
    const sources = [...new Set(rows.map((row) => row[member].source))].join(', ');
    return Ringside.figure.frame({id, title: `${name} per ${view.group.operation}`,
      look: sources ? `${look} Counted by ${sources}.` : look,
      without: `Not measured in any of these rows${reason ? `: ${reason}` : ''}.`,
      pictures: rows.length === 0 ? [] : [{height: height(rows, false),
        label: `${caption}; the same figures are in the table below`,
        config: () => bars(rows, [bar(name.toLowerCase(), rows.map((row) => row[member].per_op),
          chartStyle.colours().first)], format.plain, rows[rows.length - 1][member].per_op)}],
      tables: [{id, caption,
        columns: [{key: 'backend', label: 'backend'},
          {key: `${member}_per_op`, label: `per ${view.group.operation}`, numeric: true},
          {key: 'source', label: 'source'}, {key: 'reason', label: 'reason'}],
        rows: view.rows.map((row) => [table.text(row.key),
          table.number(row[member] && row[member].per_op),
          table.text(row[member] && row[member].source), table.text(row.reasons[member])])}]});
  };

  const switches = (view) => perOperation(view, {id: 'switches', member: 'context_switches',
    name: 'Context switches',
    look: 'Look at whole numbers: one and more means that a thread sleeps and wakes for every ' +
      'operation, far below one that each wake-up serves many.'});
  const syscalls = (view) => perOperation(view, {id: 'syscalls', member: 'syscalls',
    name: 'System calls',
    look: 'Look at who needs more for the same work: polls and retries add calls, calls that ' +
      'serve several operations at once save them.'});

  Ringside.cost = {cpu, switches, syscalls};
})();
