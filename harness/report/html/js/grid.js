// The table of backends against comparisons, whose cells open a row's details.
(() => {
  const {el} = Ringside.dom;
  const {data, state} = Ringside;

  // What of the view is in the table: scenarios side by side, and rows that any of them has.
  const pick = (view) => {
    const groups = data.scenarios.flatMap(
      (scenario) => view.groups.filter((group) => group.scenario === scenario));
    const keys = data.series.filter((key) => groups.some((group) =>
      group.rows.some((row) => row.key === key && view.visible(row))));
    return {groups, keys};
  };

  // One cell: {tone, label, figures}, of which the label is for screen readers.
  const cellElement = (group, key, cell) => {
    const row = group.rows.find((one) => one.key === key);
    if (!row) return el('td', {class: 'absent'}, '');
    const {tone, label, figures} = cell(group, row);
    const now = state.get();
    const open = now.row === key && now.comparison === String(group.index);
    return el('td', {class: tone}, el('a', {
      href: state.href({comparison: String(group.index), row: key}),
      id: `cell-${group.index}-${data.series.indexOf(key)}`, 'data-cell': `${group.index}/${key}`,
      'aria-label': label, 'aria-current': open ? 'true' : null,
      // The fragment changes by itself; the reader is taken to what it opens.
      onclick: () => { Ringside.card.focusNext(); },
    }, figures));
  };

  const headRows = (groups, by) => {
    const scenarios = [...new Set(groups.map((group) => group.scenario))];
    return [
      el('tr', {}, el('th', {rowspan: '2', scope: 'col'}, 'Backend'),
        scenarios.map((scenario) => el('th', {scope: 'colgroup', class: 'scenario',
          colspan: groups.filter((group) => group.scenario === scenario).length}, scenario))),
      el('tr', {}, scenarios.flatMap((scenario) => groups
        .filter((group) => group.scenario === scenario)
        .map((group) => el('th', {scope: 'col', class: 'group'},
          group.label ? el('span', {class: 'label'}, group.label) : null,
          el('span', {class: 'by'}, `by ${by(group)}`))))),
    ];
  };

  // by(group) is the metric's name; cell(group, row) as above.
  const build = ({caption, groups, keys, by, cell}) =>
    el('div', {class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': caption},
      el('table', {class: 'matrix'}, el('caption', {}, el('span', {}, caption)),
        el('thead', {}, headRows(groups, by)),
        el('tbody', {}, keys.map((key) => el('tr', {},
          el('th', {scope: 'row'}, Ringside.chartStyle.swatch(key), el('bdi', {}, key)),
          groups.map((group) => cellElement(group, key, cell)))))));

  const tones = {better: 'good', worse: 'bad'};

  Ringside.grid = {pick, build, tones};
})();
