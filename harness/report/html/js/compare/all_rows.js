// Every figure of every row that both runs have, and their means.
(() => {
  const {el, fill} = Ringside.dom;
  const {data, figuresTable, format, table} = Ringside;

  const columns = [{key: 'backend', label: 'backend'}, {key: 'scenario', label: 'scenario'},
    {key: 'label', label: 'parameters'}, ...figuresTable.columns];

  const row = (group, one, name) => [table.text(one.key), table.text(group.scenario),
    table.text(group.label), ...figuresTable.cells(group, data.figure(one, name))];

  const metric = (mean) => {
    const group = data.groups.find((one) => one.scenario === mean.scenario);
    return {...table.text(mean.metric), text: data.metrics[mean.metric].name(group)};
  };

  const means = () => {
    const list = data.comparison.geometric_means;
    if (list.length === 0) return null;
    const ratios = ['ratio', 'interval_low', 'interval_high'];
    return [el('h3', {}, 'Geometric means'),
      el('p', {class: 'look'}, 'Of the ratios of a scenario\'s backends, each with a 95 % interval ' +
        'of its own: as many questions as lines, and no correction.'),
      table.build({id: 'means', caption: 'Geometric means of head over base',
        columns: [{key: 'scenario', label: 'scenario'}, {key: 'metric', label: 'metric'},
          {key: 'rows', label: 'rows', numeric: true},
          {key: 'ratio', label: 'head over base', numeric: true},
          {key: 'interval_low', label: 'from', numeric: true},
          {key: 'interval_high', label: 'to', numeric: true}, {key: 'reason', label: 'reason'}],
        rows: list.map((mean) => [table.text(mean.scenario), metric(mean),
          table.number(mean.rows, String), ...ratios.map((name) =>
            table.number(mean[name], format.ratio, mean.reason || undefined)),
          table.text(mean.reason)])})];
  };

  const render = (view) => {
    const rows = view.groups.flatMap((group) => group.rows.filter(view.visible)
      .flatMap((one) => Object.keys(data.metrics).map((name) => row(group, one, name))));
    fill(document.getElementById('rows'), el('h2', {id: 'rows-title'}, 'All figures'),
      el('p', {class: 'look'}, 'A figure of a run is the geometric mean of its rounds (arithmetic ' +
        'where a round has 0), ± the reach of its own 95 % interval. ≥ is a lower bound. Smallest visible is the change that two ' +
        'such runs would have shown 4 times in 5. Choose a heading to sort.'),
      rows.length === 0 ? el('p', {}, 'No row passes the filters.') :
        table.build({id: 'rows', caption: 'All figures', columns, rows}),
      means());
  };

  Ringside.allRows = {render};
})();
