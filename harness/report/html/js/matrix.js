// Backends against scenarios: rank, ratio to the baseline, interval; each cell opens its details.
(() => {
  const {el, fill} = Ringside.dom;
  const {data, format} = Ringside;

  const describe = (group, row, comparison) => {
    const metric = data.metrics[group.ranking_metric].name(group);
    const words = [`${row.key}, ${group.title}`];
    if (row.rank !== null) words.push(`rank ${row.rank}`);
    if (row.baseline) words.push('the baseline');
    if (comparison && comparison.ratio !== null) {
      words.push(`${metric} ${format.ratio(comparison.ratio)} of the baseline's`,
        comparison.p_adjusted === null ? `no interval: ${comparison.reason}` :
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

  const cell = (group, row) => {
    const comparison = data.againstBaseline(group, row, group.ranking_metric);
    return {
      tone: row.rounds_ok === 0 ? 'bad' : Ringside.grid.tones[data.verdict(comparison)] || '',
      label: describe(group, row, comparison), figures: figures(group, row, comparison),
    };
  };

  const render = (view) => {
    const {groups, keys} = Ringside.grid.pick(view);
    const section = document.getElementById('matrix');
    const title = el('h2', {id: 'matrix-title'}, 'Ranking');
    if (keys.length === 0) {
      fill(section, title, el('p', {}, 'No row passes the filters.'));
      return;
    }
    fill(section, title,
      el('p', {class: 'look'}, 'Equal ranks cannot be told apart. A coloured cell differs from the ' +
        'baseline: ', el('span', {class: 'key good'}, 'better'), ' ',
      el('span', {class: 'key bad'}, 'worse'),
      '; in the others the interval holds 1, or there is none. Throughput above 1 is better, CPU ' +
        'below 1. Choose a cell for its details.'),
      Ringside.grid.build({groups, keys, cell,
        caption: 'Rank, and ratio to the baseline with its interval, in what each comparison is ' +
          'ranked by',
        by: (group) => data.metrics[group.ranking_metric].name(group)}));
  };

  Ringside.matrix = {render};
})();
