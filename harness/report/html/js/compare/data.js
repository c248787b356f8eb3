// The comparison of two runs as the page's parts use it. Nothing is computed here: figures are the
// comparison's, curves the runs' own.
(() => {
  const {comparison, findings, runs, command} =
    JSON.parse(document.getElementById('data').textContent);
  const [base, head] = runs;
  const sides = {base, head};

  const keyOf = (group) => JSON.stringify([group.scenario, Object.entries(group.params).sort()]);
  const summaryGroups = (run) =>
    new Map(run.summary.groups.map((group) => [keyOf(group), group]));
  const ofBase = summaryGroups(base);
  const ofHead = summaryGroups(head);

  const curve = (group, row) => {
    const own = group && group.rows.find((one) => !one.control && one.backend === row.backend &&
      one.reference === row.reference);
    return own ? own.latency_percentiles : [];
  };

  // Rows of one scenario and set of parameters are a group, as in a run's own report.
  const byKey = new Map();
  for (const row of comparison.rows) {
    const key = keyOf(row);
    const own = ofBase.get(key);
    if (!byKey.has(key)) {
      byKey.set(key, {scenario: row.scenario, params: row.params, rows: [],
        label: own ? own.label : '', operation: own ? own.operation : 'operation'});
    }
    byKey.get(key).rows.push({...row, control: false,
      curves: {base: curve(own, row), head: curve(ofHead.get(key), row)}});
  }
  const grouped = Ringside.grouping.of([...byKey.values()]);

  const {metrics} = Ringside;
  const figure = (row, metric) => row.figures.find((one) => one.metric === metric);

  // The metric of which most is known: throughput is not, where the load was saturated.
  const known = (metric) => comparison.rows.filter((row) =>
    figure(row, metric).verdict !== 'unknown').length;
  const mostKnown = Object.keys(metrics).reduce((best, metric) =>
    known(metric) > known(best) ? metric : best);
  const chosenMetric = () => {
    const {metric} = Ringside.state.get();
    return metric in metrics ? metric : mostKnown;
  };

  Ringside.data = {
    name: `${base.name} to ${head.name}`, comparison, findings, sides, command, ...grouped, metrics,
    figure, chosenMetric,
  };
})();
