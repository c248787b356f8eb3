// The slices one after the other, so that noise can be seen with the eye.
(() => {
  const {data, table, chartStyle} = Ringside;
  const members = {throughput_ops_per_s: 'ops_per_s', cpu_ns_per_op: 'cpu_ns_per_op'};

  // The rounds stand behind each other; between two, the processes are new.
  const points = (row, member, longest) => row.slices.rounds.flatMap((round) => [
    ...round[member].map((y, index) => ({x: (round.round - 1) * longest + index, y,
      round: round.round, cycle: index * row.slices.cycles_per_point + 1})),
    {x: round.round * longest - 0.5, y: null}]);

  const longestRound = (rows) => Math.max(...rows.flatMap((row) =>
    row.slices.rounds.map((round) => round.ops_per_s.length)));

  const config = (rows, metric, withLegend) => {
    const words = data.metrics[metric];
    const longest = longestRound(rows);
    const {line} = chartStyle.colours();
    return {
      type: 'line',
      data: {datasets: rows.map((row) => {
        const {color, marker, dash} = chartStyle.of(row.key);
        return {label: Ringside.dom.clean(row.key), data: points(row, members[metric], longest),
          borderColor: color, backgroundColor: color, borderWidth: 1.5, borderDash: dash,
          pointStyle: marker, pointRadius: 0, pointHoverRadius: 5, parsing: false};
      })},
      options: {
        interaction: {mode: 'nearest', axis: 'x', intersect: false},
        scales: {
          x: {type: 'linear', min: 0, grid: {color: line},
            afterBuildTicks: (scale) => {
              const rounds = Math.ceil(scale.max / longest);
              const step = Math.ceil(rounds / 12);
              scale.ticks = [];
              for (let at = 0; at < rounds; at += step) scale.ticks.push({value: at * longest});
            },
            ticks: {callback: (value) => String(value / longest + 1), maxRotation: 0},
            title: {display: true, text: 'round'}},
          y: {ticks: {callback: Ringside.format.tick(words.format)}},
        },
        plugins: {legend: {display: withLegend}, tooltip: {
          filter: ({parsed}) => parsed.y !== null,
          callbacks: {
            title: (items) => items.length ?
              `round ${items[0].raw.round}, cycle ${items[0].raw.cycle}` : '',
            label: ({dataset, parsed}) => `${dataset.label}: ${words.format(parsed.y)}`,
          }}},
      },
    };
  };

  // A line a slice, a column a row.
  const dataTable = (view, rows, metric) => {
    const words = data.metrics[metric];
    const lines = new Map();
    rows.forEach((row, column) => row.slices.rounds.forEach((round) =>
      round[members[metric]].forEach((value, index) => {
        const cycle = index * row.slices.cycles_per_point + 1;
        const key = `${round.round}/${cycle}`;
        if (!lines.has(key)) {
          lines.set(key, [table.number(round.round, String), table.number(cycle, String),
            ...rows.map(() => table.number(null))]);
        }
        lines.get(key)[column + 2] = table.number(value, words.format);
      })));
    return {id: `slices-${Ringside.dom.slug(metric)}`,
      caption: `${words.name(view.group)} of each slice, ${view.group.title}`,
      columns: [{key: 'round', label: 'round', numeric: true},
        {key: 'cycle', label: 'from cycle', numeric: true},
        ...rows.map((row) => ({key: `${row.key}_${metric}`, label: row.key, numeric: true}))],
      rows: [...lines.values()]};
  };

  const make = (view) => {
    const rows = view.rows.filter((row) => row.slices.rounds.length > 0);
    const thinned = rows.length > 0 && rows[0].slices.cycles_per_point > 1 ?
      ` Each point is ${rows[0].slices.cycles_per_point} slices together.` : '';
    const measured = Object.keys(members).filter((metric) => rows.some((row) =>
      row.slices.rounds.some((round) => round[members[metric]].some((value) => value !== null))));
    return Ringside.figure.frame({id: 'slices', title: 'Slices over time',
      look: 'Look for steps that all lines make together: that is the machine, and cancels in the ' +
        `ratios. A line that moves alone is the backend. Rounds begin with new processes.${thinned}`,
      without: 'Whole windows were measured here, so there are no slices to show.',
      pictures: measured.map((metric, index) => ({height: 270,
        config: () => config(rows, metric, index === 0),
        title: metric === 'cpu_ns_per_op' ? `CPU per ${view.group.operation}` : 'Throughput',
        label: `${data.metrics[metric].name(view.group)} of each slice, ${view.group.title}; the ` +
          'same figures are in the table below'})),
      tables: measured.map((metric) => dataTable(view, rows, metric))});
  };

  Ringside.slices = {make};
})();
