// Forest plot: ratios to the baseline with their intervals.
(() => {
  const {el} = Ringside.dom;
  const {data, format, ratioPlot, state, table} = Ringside;

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
    const judged = drawn.filter(({comparison}) => comparison.p_adjusted !== null).length;
    const reasons = [...new Set(drawn.map(({comparison}) => comparison.reason).filter(Boolean))];
    const baseline = group.rows.find((row) => row.baseline);
    const bound = chosen === 'throughput_ops_per_s' &&
      group.rows.some((row) => row.throughput_is_lower_bound) ?
      ' The load was saturated: these ratios are of lower bounds (≥), and hide differences.' : '';
    return Ringside.figure.frame({
      id: 'forest', title: `Ratio to ${baseline ? baseline.backend : 'the baseline'}`,
      look: judged === 0 ? 'No row has an interval here, so nothing says whether any of them ' +
        `differ: ${reasons.join('; ')}.${bound}` :
        `Look at the line at 1: a bar that touches it is no difference, ` +
        `${words.higherIsBetter ? 'right' : 'left'} of it is better. The best stands on top. ` +
        (judged === drawn.length ? '' : `${drawn.length - judged} of ${drawn.length} rows have ` +
          `no interval: ${reasons.join('; ')}. `) +
        `The chance that any difference told is false is 5 % at most.${bound}`,
      without: baseline ? 'No other row has a ratio to the baseline here.' :
        'No baseline was run, so there is nothing to hold the rows against.',
      controls: compared.length > 0 ? Ringside.metricChoice.make(group, chosen) : null,
      pictures: drawn.length === 0 ? [] : [{height: ratioPlot.height(drawn),
        label: `Ratios to the baseline in ${words.name(group)} with intervals, ${group.title}; ` +
          'the same figures are in the table below',
        config: () => ratioPlot.config(drawn,
          `${words.name(group)}, ratio to the baseline`, data.verdict)}],
      tables: compared.length === 0 ? [] : [{id: 'forest', columns,
        caption: `Ratios to the baseline in ${words.name(group)}, ${group.title}`,
        rows: compared.map(tableRow)}],
    });
  };

  Ringside.forest = {make};
})();
