// The run's data as the page's parts use it. Nothing is computed here that the summary has not.
(() => {
  const {runs} = JSON.parse(document.getElementById('data').textContent);
  const {name, summary, run, run_reason: runReason, command} = runs[0];

  const {groups, scenarios, series, backends, varied} = Ringside.grouping.of(summary.groups);

  // What a run's rows are compared by, in its own comparisons.
  const {throughput_ops_per_s, cpu_ns_per_op, latency_p50_ns, latency_p99_ns} = Ringside.metrics;
  const metrics = {throughput_ops_per_s, cpu_ns_per_op, latency_p50_ns, latency_p99_ns};

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
  const verdict = (comparison) => !comparison || comparison.p_adjusted === null ? 'not known' :
    comparison.better === 'a' ? 'better' : comparison.better === 'b' ? 'worse' : 'not told apart';

  Ringside.data = {
    name, summary, run, runReason, command, groups, scenarios, series, backends, varied, metrics,
    againstBaseline, verdict,
  };
})();
