// Everything about one row of one comparison.
(() => {
  const {el} = Ringside.dom;
  const {data, format, table} = Ringside;

  const percentiles = {min: 'least', p50: 'p50', p90: 'p90', p99: 'p99', p99_9: 'p99.9',
    max: 'greatest'};

  const facts = (group, row) => {
    const reason = (name) => row.reasons[name];
    const bound = row.throughput_is_lower_bound ? '≥' : '';
    const rate = (value, show, unit) => value === null ? '—' : bound + show(value) + unit;
    const list = [
      ['status', row.status], ['rank', row.rank === null ? '—' : String(row.rank)],
      ['rounds', `${row.rounds_ok} of ${row.rounds}`],
      ['throughput', rate(row.throughput_ops_per_s, format.count, ` ${group.operation}s/s`),
        reason('throughput_ops_per_s')],
      ['in bytes', rate(row.throughput_bytes_per_s, format.bytes, '/s'),
        reason('throughput_bytes_per_s')],
      ...Object.entries(percentiles).map(([name, words]) =>
        [`latency, ${words}`, format.duration(row.latency_ns[name]), row.latency_ns.reason]),
      ['CPU', row.cpu ? format.duration(row.cpu.total_ns_per_op) : '—', reason('cpu')],
      ['context switches', format.plain(row.context_switches && row.context_switches.per_op),
        reason('context_switches')],
      ['system calls', format.plain(row.syscalls && row.syscalls.per_op), reason('syscalls')],
      ['most memory', format.bytes(row.max_rss_bytes), reason('max_rss_bytes')],
      ['threads', row.threads_peak === null ? '—' : String(row.threads_peak),
        reason('threads_peak')],
      ['version', row.backend_version],
    ];
    return el('dl', {class: 'facts'}, list.map(([name, value, why]) => el('div', {},
      el('dt', {}, name), el('dd', {}, value,
        String(value).startsWith('—') && why ? el('span', {class: 'why'}, ` ${why}`) : null))));
  };

  const comparisons = (group, row) => {
    const columns = [{key: 'metric', label: 'metric'},
      {key: 'ratio', label: 'ratio to the baseline', numeric: true},
      {key: 'interval_low', label: 'from', numeric: true},
      {key: 'interval_high', label: 'to', numeric: true}, {key: 'verdict', label: 'verdict'},
      {key: 'smallest_visible_ratio', label: 'smallest visible', numeric: true},
      {key: 'reason', label: 'reason'}];
    const rows = Object.entries(data.metrics).map(([metric, words]) => {
      const one = data.againstBaseline(group, row, metric);
      if (!one) return null;
      const ratios = [one.ratio, one.interval_low, one.interval_high];
      return [table.text(words.name(group)),
        ...ratios.map((ratio) => table.number(ratio, format.ratio)),
        table.text(data.verdict(one)), table.number(one.smallest_visible_ratio, format.ratio),
        table.text(one.reason)];
    }).filter(Boolean);
    return rows.length === 0 ? null : table.build({id: 'details',
      caption: `${row.key} against the baseline, ${group.title}`, columns, rows});
  };

  const words = (title, list) => list.length === 0 ? null : [el('h3', {}, title),
    el('ul', {}, list.map((one) => el('li', {}, one)))];

  const content = (group, row) => [
    row.reason ? el('p', {class: 'warning-text'}, `${row.status}: ${row.reason}`,
      row.mend ? ` Mend: ${row.mend}` : null) : null,
    facts(group, row), comparisons(group, row),
    words('Caveats', row.caveats),
    words('Flags obtained', Object.entries(row.effective).map(([name, value]) =>
      `${name}: ${value}`))];

  Ringside.details = {render: (view) => Ringside.card.render(view, content)};
})();
