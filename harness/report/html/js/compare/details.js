// Every figure of one row, of both runs.
(() => {
  const {data, figuresTable, table} = Ringside;

  const content = (group, row) => table.build({id: 'details',
    caption: `${row.key} in both runs, ${group.title}`, columns: figuresTable.columns,
    rows: Object.keys(data.metrics).map((metric) =>
      figuresTable.cells(group, data.figure(row, metric)))});

  Ringside.details = {render: (view) => Ringside.card.render(view, content)};
})();
