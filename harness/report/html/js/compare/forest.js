// Forest plots of the head over the base, one for each metric.
(() => {
  const {data, figuresTable, ratioPlot, table} = Ringside;

  const picture = (view, metric) => {
    const {group} = view;
    const words = data.metrics[metric];
    const drawn = view.rows.map((row) => ({row, comparison: data.figure(row, metric)}))
      .filter(({comparison}) => comparison.p_adjusted !== null);
    const name = words.name(group);
    return drawn.length === 0 ? null : {
      title: `${name} (${words.higherIsBetter ? 'more' : 'less'} is better` +
        (drawn.length === view.rows.length ? ')' :
          `; ${view.rows.length - drawn.length} of ${view.rows.length} rows have no interval)`),
      height: ratioPlot.height(drawn),
      label: `Head over base in ${name} with intervals, ${group.title}; the same figures are in ` +
        'the table below',
      config: () => ratioPlot.config(drawn, `${name}, head over base`, ({verdict}) => verdict)};
  };

  const make = (view) => {
    const {group} = view;
    const all = Object.keys(data.metrics);
    const pictures = all.map((metric) => picture(view, metric)).filter(Boolean);
    const left = all.length - pictures.length;
    return Ringside.figure.frame({
      id: 'forest', title: 'Head over base', wide: true,
      look: 'Look at the line at 1: a bar that touches it is a change that could not be told from ' +
        'none. The chance that any change told in one metric, over the whole page, is ' +
        'false is 5 % at most.' +
        (left === 0 ? '' : ` ${left} of ${all.length} metrics have no interval here, for the ` +
          'reasons in the table.'),
      without: 'No figure of both runs has an interval here; the reasons are in the table.',
      pictures,
      tables: view.rows.length === 0 ? [] : [{id: 'forest',
        caption: `Head over base, ${group.title}`,
        columns: [{key: 'backend', label: 'backend'}, ...figuresTable.columns],
        rows: view.rows.flatMap((row) => all.map((metric) =>
          [table.text(row.key), ...figuresTable.cells(group, data.figure(row, metric))]))}],
    });
  };

  Ringside.forest = {make};
})();
