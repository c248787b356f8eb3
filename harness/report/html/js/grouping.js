// Comparisons and their rows as every page shows them: titled, keyed, in a fixed order.
(() => {
  const keyOf = (row) => row.backend +
    (row.control ? ' (control)' : row.reference ? ' (reference)' : '');

  // list: what has scenario, label, params and rows, of which each has backend, control, reference.
  const of = (list) => {
    const groups = list.map((group, index) => ({
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
      const values = (param) =>
        [...new Set(own.map((group) => JSON.stringify(group.params[param])))];
      return [scenario, new Map(names.map((param) => [param, values(param)])
        .filter(([, all]) => all.length > 1))];
    }));

    return {groups, scenarios, series, backends, varied};
  };

  Ringside.grouping = {of};
})();
