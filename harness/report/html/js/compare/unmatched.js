// What only one of the runs has, and so stands in no comparison.
(() => {
  const {el, fill} = Ringside.dom;
  const {data, format, table} = Ringside;

  const params = (row) => Object.entries(row.params).filter(([, value]) => value !== null)
    .map(([name, value]) => `${format.label(name)} ${format.byUnit(name, value)}`).join(' · ');

  const lines = (side, rows) => rows.map((row) => [side, row.backend, row.scenario, params(row)]
    .map((one) => table.text(one)));

  const render = () => {
    const {only_in_base: ofBase, only_in_head: ofHead} = data.comparison;
    const rows = [...lines('base', ofBase), ...lines('head', ofHead)];
    fill(document.getElementById('unmatched'),
      el('h2', {id: 'unmatched-title'}, 'Only in one of the runs'),
      rows.length === 0 ? el('p', {}, 'Nothing: both have the same rows.') :
        table.build({id: 'unmatched', caption: 'Rows without a counterpart in the other run', rows,
          columns: ['run', 'backend', 'scenario', 'parameters'].map((name) =>
            ({key: name, label: name}))}));
  };

  Ringside.unmatched = {render};
})();
