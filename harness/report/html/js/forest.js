// Forest plot: ratios to the baseline with their intervals.
(() => {
  const {el} = Ringside.dom;
  const {data, format, state, table, chartStyle} = Ringside;

  const choice = (group, chosen) => el('div', {class: 'tabs', role: 'group',
    'aria-label': 'Figure to compare by'},
  Object.entries(data.metrics).map(([metric, words]) => el('button', {type: 'button',
    id: `metric-${metric}`, class: 'tab', 'aria-pressed': String(metric === chosen),
    onclick: () => state.set({metric})}, words.name(group))));

  // The axis holds every ratio; wild intervals of few rounds must not squeeze all others.
  const axisRange = (rows) => {
    const ratios = rows.map(({comparison}) => comparison.ratio).concat(1);
    const least = Math.min(...ratios) / 3;
    const most = Math.max(...ratios) * 3;
    const ends = rows.flatMap(({comparison: {interval_low: low, interval_high: high}}) =>
      [low === null ? least : low, high === null ? most : high]).concat(ratios);
    return {min: Math.max(least, Math.min(...ends)) / 1.04,
      max: Math.min(most, Math.max(...ends)) * 1.04};
  };

  // Chart.js puts the ticks of a logarithmic axis at powers of ten, and ratios lie between two.
  // Even steps over a narrow range, even ratios over a wide one, as many as there is room for.
  const ratios = [[0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10, 20, 50, 100],
    [0.01, 0.05, 0.2, 0.5, 1, 2, 5, 20, 100], [0.01, 0.1, 1, 10, 100]];
  const steps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];
  const ticks = ({min, max}, room) => {
    const inside = (values) => values.filter((value) => value >= min && value <= max);
    const even = (step) => inside(Array.from({length: Math.ceil(max / step)},
      (_, index) => Number(((index + 1) * step).toPrecision(6))));
    const choices = max / min > 3 ? ratios.map(inside) :
      steps.filter((step) => (max - min) / step < 50).map(even);
    return (choices.find((values) => values.length <= room) || [1]).map((value) => ({value}));
  };

  const config = (rows, words, group) => {
    const {strong, line} = chartStyle.colours();
    const axis = axisRange(rows);
    const styles = rows.map(({row}) => chartStyle.of(row.key));
    const colors = styles.map(({color}) => color);
    return {
      type: 'bar',
      data: {
        labels: rows.map(({row}) => Ringside.dom.clean(row.key)),
        datasets: [{
          type: 'line', label: 'ratio', showLine: false, order: 0,
          data: rows.map(({comparison}) => comparison.ratio), pointRadius: 4.5, pointHoverRadius: 7,
          pointStyle: styles.map(({marker}) => marker), pointBorderWidth: 2,
          pointBackgroundColor: colors, pointBorderColor: colors,
        }, {
          label: 'interval', order: 1, barThickness: 11,
          backgroundColor: colors.map((color) => chartStyle.translucent(color, 0.4)),
          data: rows.map(({comparison: {interval_low: low, interval_high: high}}) =>
            [low === null ? axis.min : low, high === null ? axis.max : high]),
        }],
      },
      options: {
        indexAxis: 'y',
        interaction: {mode: 'index', axis: 'y', intersect: false},
        scales: {
          x: {type: 'logarithmic', ...axis,
            afterBuildTicks: (scale) => { scale.ticks = ticks(axis, scale.chart.width / 75); },
            ticks: {callback: (value) => String(value), maxRotation: 0},
            grid: {color: ({tick}) => tick && tick.value === 1 ? strong : line,
              lineWidth: ({tick}) => tick && tick.value === 1 ? 2 : 1},
            title: {display: true, text: `${words.name(group)}, ratio to the baseline`}},
          y: {grid: {display: false}},
        },
        plugins: {
          legend: {display: false},
          tooltip: {filter: (item) => item.datasetIndex === 0, callbacks: {
            label: ({dataIndex}) => {
              const {comparison} = rows[dataIndex];
              return `${format.ratio(comparison.ratio)} (` +
                `${format.range(comparison.interval_low, comparison.interval_high)}), ` +
                data.verdict(comparison);
            }}},
        },
      },
    };
  };

  const columns = [{key: 'backend', label: 'backend'}, {key: 'metric', label: 'metric'},
    {key: 'ratio', label: 'ratio', numeric: true},
    {key: 'interval_low', label: 'from', numeric: true},
    {key: 'interval_high', label: 'to', numeric: true},
    {key: 'interval_confidence', label: 'confidence', numeric: true},
    {key: 'p_adjusted', label: 'p, adjusted', numeric: true}, {key: 'better', label: 'verdict'},
    {key: 'smallest_visible_ratio', label: 'smallest visible', numeric: true},
    {key: 'rounds', label: 'rounds', numeric: true}, {key: 'reason', label: 'reason'}];

  const tableRow = ({row, comparison}) => [table.text(row.key), table.text(comparison.metric),
    ...['ratio', 'interval_low', 'interval_high'].map((name) =>
      table.number(comparison[name], format.ratio)),
    table.number(comparison.interval_confidence, (value) => value === null ? '—' :
      `${(value * 100).toFixed(2)} %`),
    table.number(comparison.p_adjusted), table.text(data.verdict(comparison)),
    table.number(comparison.smallest_visible_ratio, format.ratio),
    table.number(comparison.rounds, String), table.text(comparison.reason)];

  const make = (view) => {
    const {group} = view;
    const chosen = state.get().metric in data.metrics ? state.get().metric : group.ranking_metric;
    const words = data.metrics[chosen];
    const compared = view.rows.map((row) => ({row,
      comparison: data.againstBaseline(group, row, chosen)})).filter((one) => one.comparison);
    const sign = words.higherIsBetter ? -1 : 1;
    const drawn = compared.filter(({comparison}) => comparison.ratio !== null)
      .sort((a, b) => sign * (a.comparison.ratio - b.comparison.ratio));
    const baseline = group.rows.find((row) => row.baseline);
    const bound = chosen === 'throughput_ops_per_s' &&
      group.rows.some((row) => row.throughput_is_lower_bound) ?
      ' The load was saturated: these ratios are of lower bounds (≥), and hide differences.' : '';
    return Ringside.figure.frame({
      id: 'forest', title: `Ratio to ${baseline ? baseline.backend : 'the baseline'}`,
      look: `Look at the line at 1: a bar that touches it is no difference, ` +
        `${words.higherIsBetter ? 'right' : 'left'} of it is better. The best stands on top. ` +
        `The bars hold together at 95 %.${bound}`,
      without: baseline ? 'No other row has a ratio to the baseline here.' :
        'No baseline was run, so there is nothing to hold the rows against.',
      controls: compared.length > 0 ? choice(group, chosen) : null,
      pictures: drawn.length === 0 ? [] : [{height: drawn.length * 34 + 64,
        label: `Ratios to the baseline in ${words.name(group)} with intervals, ${group.title}; ` +
          'the same figures are in the table below',
        config: () => config(drawn, words, group)}],
      tables: compared.length === 0 ? [] : [{id: 'forest', columns,
        caption: `Ratios to the baseline in ${words.name(group)}, ${group.title}`,
        rows: compared.map(tableRow)}],
    });
  };

  Ringside.forest = {make};
})();
