// The run's data as the page's parts use it. Nothing is computed here that the summary has not.
(() => {
  const {runs} = JSON.parse(document.getElementById('data').textContent);
  const {name, summary, run, run_reason: runReason, command} = runs[0];

  const keyOf = (row) => row.backend +
    (row.control ? ' (control)' : row.reference ? ' (reference)' : '');

  const groups = summary.groups.map((group, index) => ({
    ...group,
    index,
    title: [group.scenario, group.label].filter(Boolean).join(' · '),
    rows: group.rows.map((row) => ({...row, key: keyOf(row)})),
  }));
  const scenarios = [...new Set(groups.map((group) => group.scenario))];

  // Backends first, in the order of the run; then the control and what is no backend.
  const place = (row) => row.reference ? 2 : row.control ? 1 : 0;
  const series = [0, 1, 2].flatMap((at) => [...new Set(groups.flatMap(
    (group) => group.rows.filter((row) => place(row) === at).map((row) => row.key)))]);
  const backends = new Set(groups.flatMap(
    (group) => group.rows.filter((row) => place(row) === 0).map((row) => row.key)));

  // By scenario, the parameters that have several values, with these values.
  const varied = new Map(scenarios.map((scenario) => {
    const own = groups.filter((group) => group.scenario === scenario);
    const names = [...new Set(own.flatMap((group) => Object.keys(group.params)))];
    const values = (param) => [...new Set(own.map((group) => JSON.stringify(group.params[param])))];
    return [scenario, new Map(names.map((param) => [param, values(param)])
      .filter(([, all]) => all.length > 1))];
  }));

  const metrics = {
    throughput_ops_per_s: {
      name: () => 'throughput', higherIsBetter: true,
      value: (row) => row.throughput_ops_per_s,
      unit: (group) => `${group.operation}s per second`, format: Ringside.format.count,
    },
    cpu_ns_per_op: {
      name: (group) => `CPU per ${group.operation}`, higherIsBetter: false,
      value: (row) => row.cpu && row.cpu.total_ns_per_op,
      unit: (group) => `CPU per ${group.operation}`, format: Ringside.format.duration,
    },
    latency_p50_ns: {
      name: () => 'median latency', higherIsBetter: false,
      value: (row) => row.latency_ns.p50, unit: () => 'latency', format: Ringside.format.duration,
    },
    latency_p99_ns: {
      name: () => 'p99 latency', higherIsBetter: false,
      value: (row) => row.latency_ns.p99, unit: () => 'latency', format: Ringside.format.duration,
    },
  };

  // How a row compares with the baseline; nothing for the baseline itself.
  const againstBaseline = (group, row, metric) => {
    if (row.baseline) return null;
    const family = row.control ? group.control_comparisons :
      row.reference ? group.reference_comparisons : group.comparisons;
    const baseline = group.rows.find((one) => one.baseline);
    return family.find((one) => one.metric === metric && one.a === row.backend && baseline &&
      one.b === baseline.backend) || null;
  };

  // In words, for cells and screen readers alike.
  const verdict = (comparison) => !comparison || comparison.interval_low === null &&
    comparison.interval_high === null ? 'not known' :
    comparison.better === 'a' ? 'better' : comparison.better === 'b' ? 'worse' : 'not told apart';

  Ringside.data = {
    name, summary, run, runReason, command, groups, scenarios, series, backends, varied, metrics,
    againstBaseline, verdict,
  };
})();
