// Backends against scenarios: rank, ratio to the baseline, interval; each cell opens its details.
(() => {
  const {el, fill} = Ringside.dom;
  const {data, format, state} = Ringside;

  const describe = (group, row, comparison) => {
    const metric = data.metrics[group.ranking_metric].name(group);
    const words = [`${row.key}, ${group.title}`];
    if (row.rank !== null) words.push(`rank ${row.rank}`);
    if (row.baseline) words.push('the baseline');
    if (comparison && comparison.ratio !== null) {
      words.push(`${metric} ${format.ratio(comparison.ratio)} of the baseline's`,
        `interval ${format.range(comparison.interval_low, comparison.interval_high)}`,
        data.verdict(comparison));
    }
    if (row.rounds_ok === 0) words.push(row.status);
    return words.join(', ');
  };

  const figures = (group, row, comparison) => {
    const rank = row.rank === null ? el('span', {class: 'no-rank'}) :
      el('span', {class: 'rank'}, row.rank);
    if (row.rounds_ok === 0) return [rank, el('span', {class: 'ratio'}, row.status)];
    if (row.baseline) return [rank, el('span', {class: 'ratio'}, 'baseline')];
    if (!comparison || comparison.ratio === null) return [rank, el('span', {class: 'ratio'}, '—')];
    return [rank, el('span', {class: 'both'},
      el('span', {class: 'ratio'}, format.ratio(comparison.ratio)),
      el('span', {class: 'interval'}, comparison.p_adjusted === null ? 'no interval' :
        format.range(comparison.interval_low, comparison.interval_high)))];
  };

  const tones = {better: 'good', worse: 'bad'};

  const cell = (group, key) => {
    const row = group.rows.find((one) => one.key === key);
    if (!row) return el('td', {class: 'absent'}, '');
    const comparison = data.againstBaseline(group, row, group.ranking_metric);
    const now = state.get();
    const open = now.row === key && now.comparison === String(group.index);
    const tone = row.rounds_ok === 0 ? 'bad' : tones[data.verdict(comparison)] || '';
    return el('td', {class: tone}, el('a', {
      href: state.href({comparison: String(group.index), row: key}),
      id: `cell-${group.index}-${data.series.indexOf(key)}`, 'data-cell': `${group.index}/${key}`,
      'aria-label': describe(group, row, comparison), 'aria-current': open ? 'true' : null,
      // The fragment changes by itself; the reader is taken to what it opens.
      onclick: () => { Ringside.details.focusNext(); },
    }, figures(group, row, comparison)));
  };

  const headRows = (groups) => {
    const scenarios = [...new Set(groups.map((group) => group.scenario))];
    const metricOf = (group) => data.metrics[group.ranking_metric].name(group);
    return [
      el('tr', {}, el('th', {rowspan: '2', scope: 'col'}, 'Backend'),
        scenarios.map((scenario) => el('th', {scope: 'colgroup', class: 'scenario',
          colspan: groups.filter((group) => group.scenario === scenario).length}, scenario))),
      el('tr', {}, scenarios.flatMap((scenario) => groups
        .filter((group) => group.scenario === scenario)
        .map((group) => el('th', {scope: 'col', class: 'group'},
          group.label ? el('span', {class: 'label'}, group.label) : null,
          el('span', {class: 'by'}, `by ${metricOf(group)}`))))),
    ];
  };

  const render = (view) => {
    const ordered = data.scenarios.flatMap(
      (scenario) => view.groups.filter((group) => group.scenario === scenario));
    const keys = data.series.filter((key) => ordered.some((group) =>
      group.rows.some((row) => row.key === key && view.visible(row))));
    const section = document.getElementById('matrix');
    const title = el('h2', {id: 'matrix-title'}, 'Ranking');
    if (keys.length === 0) {
      fill(section, title, el('p', {}, 'No row passes the filters.'));
      return;
    }
    const caption = 'Rank, and ratio to the baseline with its interval, in what each comparison ' +
      'is ranked by';
    fill(section, title,
      el('p', {class: 'look'}, 'Equal ranks cannot be told apart. A coloured cell differs from the ' +
        'baseline: ', el('span', {class: 'key good'}, 'better'), ' ',
      el('span', {class: 'key bad'}, 'worse'),
      '; in the others the interval holds 1. Throughput above 1 is better, CPU below 1. Choose a ' +
        'cell for its details.'),
      el('div', {class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': caption},
        el('table', {class: 'matrix'}, el('caption', {}, el('span', {}, caption)),
          el('thead', {}, headRows(ordered)),
          el('tbody', {}, keys.map((key) => el('tr', {},
            el('th', {scope: 'row'}, Ringside.chartStyle.swatch(key), el('bdi', {}, key)),
            ordered.map((group) => cell(group, key))))))));
  };

  Ringside.matrix = {render};
})();
