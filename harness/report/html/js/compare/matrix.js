// Backends against comparisons: what the head has over the base in the chosen metric.
(() => {
  const {el, fill} = Ringside.dom;
  const {data, format} = Ringside;

  const describe = (group, row, figure) => {
    const words = [`${row.key}, ${group.title}`, data.metrics[figure.metric].name(group)];
    if (figure.ratio !== null) words.push(`head over base ${format.ratio(figure.ratio)}`);
    if (figure.p_adjusted !== null) {
      words.push(`interval ${format.range(figure.interval_low, figure.interval_high)}`);
    }
    words.push(figure.verdict === 'unknown' ? `not known: ${figure.reason}` : figure.verdict);
    return words.join(', ');
  };

  const figures = (figure) => el('span', {class: 'both'},
    el('span', {class: 'ratio'}, format.ratio(figure.ratio)),
    el('span', {class: 'interval'}, figure.p_adjusted === null ? 'no interval' :
      format.range(figure.interval_low, figure.interval_high)),
    el('span', {class: 'interval'}, figure.verdict === 'unknown' ? 'not known' : figure.verdict));

  const cell = (metric) => (group, row) => {
    const figure = data.figure(row, metric);
    return {tone: Ringside.grid.tones[figure.verdict] || '', label: describe(group, row, figure),
      figures: figures(figure)};
  };

  const look = (words) => el('p', {class: 'look'}, 'Each cell is the head\'s figure over the ' +
    'base\'s, with its interval. A coloured cell changed: ',
  el('span', {class: 'key good'}, 'better'), ' ', el('span', {class: 'key bad'}, 'worse'),
  '; in the others the interval holds 1, or there is none. ',
  `Of this metric, ${words.higherIsBetter ? 'above' : 'below'} 1 is better. Choose a cell for ` +
    'its figures.');

  const render = (view) => {
    const metric = data.chosenMetric();
    const words = data.metrics[metric];
    const {groups, keys} = Ringside.grid.pick(view);
    const section = document.getElementById('matrix');
    const title = el('h2', {id: 'matrix-title'}, 'Head over base');
    if (keys.length === 0) {
      fill(section, title, el('p', {}, 'No row passes the filters.'));
      return;
    }
    fill(section, title, look(words),
      Ringside.metricChoice.make({operation: 'operation'}, metric),
      Ringside.grid.build({groups, keys, cell: cell(metric), by: words.name,
        caption: `Head over base in ${words.name({operation: 'operation'})}: ratio, interval and ` +
          'verdict; the chance that any change told is false is 5 % at most'}));
  };

  Ringside.matrix = {render};
})();
