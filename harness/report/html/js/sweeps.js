// What happens when one parameter moves: throughput, tail and CPU against it, with bands.
(() => {
  const {el} = Ringside.dom;
  const {data, format, table, chartStyle} = Ringside;
  const shown = ['throughput_ops_per_s', 'latency_p99_ns', 'cpu_ns_per_op'];

  const rowsAt = (sweep, key) => sweep.groups.map((index) =>
    data.groups[index].rows.find((row) => row.key === key) || null);

  const values = (sweep) => sweep.groups.map((index) => data.groups[index].params[sweep.parameter]);
  const numeric = (sweep) => values(sweep).every((value) => typeof value === 'number');

  // Three datasets a row: the two ends of the band, filled between, and the line.
  const datasets = (sweep, metric, key) => {
    const {color, marker, dash} = chartStyle.of(key);
    const rows = rowsAt(sweep, key);
    const at = values(sweep);
    const bands = rows.map((row) => row && row.intervals[metric]);
    const points = (end) => bands.map((band, index) =>
      ({x: at[index], y: band && band[end] !== null ? band[end] : null}));
    const bound = rows.map((row) => metric === 'throughput_ops_per_s' && row &&
      row.throughput_is_lower_bound);
    const edge = {borderWidth: 0, pointRadius: 0, pointHitRadius: 0, band: true,
      backgroundColor: chartStyle.translucent(color, 0.13)};
    return [
      {...edge, label: `${key} from`, data: points('low'), fill: false},
      {...edge, label: `${key} to`, data: points('high'), fill: '-1'},
      {label: Ringside.dom.clean(key), data: points('centre'), borderColor: color, borderWidth: 2,
        borderDash: dash, pointStyle: marker, pointRadius: 5, pointHoverRadius: 7,
        pointBorderColor: color, pointBorderWidth: 2, backgroundColor: color,
        pointBackgroundColor: bound.map((is) => is ? chartStyle.colours().surface : color),
        clip: 10, bound, bands},
    ];
  };

  const axis = (sweep) => {
    if (!numeric(sweep)) return {type: 'category', labels: values(sweep).map(String)};
    const at = values(sweep);
    const wide = at[0] > 0 && at[at.length - 1] / at[0] >= 8;
    const every = Math.ceil(at.length / 12);  // more labels would run into each other
    return {type: wide ? 'logarithmic' : 'linear', min: at[0], max: at[at.length - 1],
      afterBuildTicks: (scale) => {
        scale.ticks = at.filter((_, index) => index % every === 0).map((value) => ({value}));
      },
      ticks: {callback: (value) => format.byUnit(sweep.parameter, value), maxRotation: 0}};
  };

  // From zero, unless the lowest would then lie on the axis.
  const yAxis = (sweep, metric, keys) => {
    const centres = keys.flatMap((key) => rowsAt(sweep, key))
      .map((row) => row && row.intervals[metric].centre).filter((centre) => centre > 0);
    const wide = centres.length > 0 && Math.max(...centres) / Math.min(...centres) > 8;
    return wide ? {type: 'logarithmic', ...Ringside.percentilePlot.decadeTicks} :
      {type: 'linear', beginAtZero: true};
  };

  const config = (sweep, metric, keys, withLegend) => {
    const words = data.metrics[metric];
    return {
      type: 'line',
      data: {datasets: keys.flatMap((key) => datasets(sweep, metric, key))},
      options: {
        interaction: {mode: 'index', intersect: false},
        scales: {
          x: {...axis(sweep), title: {display: true, text: format.label(sweep.parameter)}},
          y: {...yAxis(sweep, metric, keys), ticks: {callback: format.tick(words.format)}},
        },
        plugins: {
          legend: {display: withLegend, labels: {
            filter: (item, {datasets: all}) => !all[item.datasetIndex].band,
            // Solid, whatever the first value's marker is.
            generateLabels: (chart) => Chart.defaults.plugins.legend.labels.generateLabels(chart)
              .map((item) => ({...item, fillStyle: chart.data.datasets[item.datasetIndex].borderColor})),
          }},
          tooltip: {
            filter: ({dataset}) => !dataset.band,
            callbacks: {title: (items) => items.length === 0 ? '' :
              `${format.label(sweep.parameter)} ` +
                format.byUnit(sweep.parameter, values(sweep)[items[0].dataIndex]), label: ({dataset, dataIndex, parsed}) => {
              const band = dataset.bands[dataIndex];
              const ends = band.low === null ? band.reason :
                `${words.format(band.low)} to ${words.format(band.high)}`;
              return `${dataset.label}: ${dataset.bound[dataIndex] ? '≥' : ''}` +
                `${words.format(parsed.y)} (${ends})`;
            }},
          },
        },
      },
    };
  };

  const dataTable = (sweep, keys, id, caption) => ({id, caption,
    columns: [{key: sweep.parameter, label: format.label(sweep.parameter),
      numeric: numeric(sweep)}, {key: 'backend', label: 'backend'},
    {key: 'throughput_is_lower_bound', label: 'lower bound'},
    ...shown.flatMap((metric) => [
      {key: metric, label: metric.replace(/_/g, ' '), numeric: true},
      {key: `${metric}_low`, label: 'from', numeric: true},
      {key: `${metric}_high`, label: 'to', numeric: true}])],
    rows: sweep.groups.flatMap((index) => data.groups[index].rows
      .filter((row) => keys.includes(row.key))
      .map((row) => {
        const value = data.groups[index].params[sweep.parameter];
        return [{value, text: format.byUnit(sweep.parameter, value)}, table.text(row.key),
          table.text(row.throughput_is_lower_bound ? '≥' : ''),
          ...shown.flatMap((metric) => ['centre', 'low', 'high'].map((end) =>
            table.number(row.intervals[metric][end], data.metrics[metric].format,
              row.intervals[metric].reason)))];
      }))});

  const crossovers = (sweep, keys, id) => {
    const named = sweep.crossovers.filter((one) => keys.includes(one.a) && keys.includes(one.b));
    if (named.length === 0) {
      return el('p', {class: 'note'}, numeric(sweep) ? 'No two of these rows change places.' :
        'The values have no order, so nothing can cross.');
    }
    const ratio = (end, name) => table.number(end[name], format.ratio);
    const ends = ['at_low', 'at_high'];
    return el('div', {class: 'crossovers'}, el('h4', {}, 'Crossovers'),
      Ringside.table.build({id, caption: 'Where two rows change places, certain at both values; ' +
        'the ratio is of the one that overtakes over the other',
      columns: [{key: 'sentence', label: 'what'}, ...ends.flatMap((end) => {
        const words = end === 'at_low' ? 'lower value' : 'higher value';
        return [{key: `ratio_${end}`, label: `ratio at the ${words}`, numeric: true},
          {key: `interval_low_${end}`, label: 'from', numeric: true},
          {key: `interval_high_${end}`, label: 'to', numeric: true}];
      })],
      rows: named.map((one) => [table.text(one.sentence), ...ends.flatMap((end) =>
        ['ratio', 'interval_low', 'interval_high'].map((name) => ratio(one[end], name)))])}));
  };

  const figure = (view, sweep) => {
    const keys = data.series.filter((key) => rowsAt(sweep, key).some((row) =>
      row && view.visible(row) && !row.control && row.rounds_ok > 0));
    const id = `sweep-${Ringside.dom.slug(sweep.parameter)}`;
    const fixed = Object.entries(sweep.fixed)
      .filter(([name]) => data.varied.get(sweep.scenario).has(name))
      .map(([name, value]) => `${format.label(name)} ${format.byUnit(name, value)}`).join(', ');
    const caption = [`${sweep.scenario} against ${format.label(sweep.parameter)}`, fixed]
      .filter(Boolean).join(', ');
    const drawn = shown.filter((metric) => keys.some((key) => rowsAt(sweep, key).some((row) =>
      row && row.intervals[metric].centre !== null)));
    return Ringside.figure.frame({id, title: `Against ${format.label(sweep.parameter)}`,
      look: 'Look for lines that cross, and for bends: where they are, an answer for one value ' +
        'does not hold for the next. Shaded: how far each figure reaches from round to round ' +
        '(95 %), where rounds are enough to say. A hollow marker is a lower bound (≥): the load ' +
        'was saturated.',
      without: 'No row has figures here.',
      pictures: drawn.map((metric, index) => ({height: 300,
        title: {throughput_ops_per_s: 'Throughput', latency_p99_ns: 'Latency at p99',
          cpu_ns_per_op: `CPU per ${view.group.operation}`}[metric],
        label: `${data.metrics[metric].name(view.group)}, ${caption}; the same figures are in the ` +
          'table below', config: () => config(sweep, metric, keys, index === 0)})),
      extra: crossovers(sweep, keys, `${id}-crossovers`),
      tables: keys.length === 0 ? [] : [dataTable(sweep, keys, id, caption)]});
  };

  const make = (view) => data.summary.sweeps
    .filter((sweep) => sweep.groups.includes(view.group.index))
    .map((sweep) => figure(view, sweep));

  Ringside.sweeps = {make};
})();
