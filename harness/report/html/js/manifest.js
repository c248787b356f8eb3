// On what machine, with what, and how to do it again.
(() => {
  const {el, fill} = Ringside.dom;
  const {data, table} = Ringside;
  const {list, flatten, ofRun} = Ringside.facts;

  const factTable = (id, caption, facts) => table.build({id, caption,
    columns: [{key: 'fact', label: 'fact'}, {key: 'value', label: 'value'}],
    rows: facts.map(([name, value]) => [table.text(name), table.text(value)])});

  const command = () => data.command === '' ? null : [el('h3', {}, 'Do it again'),
    el('p', {class: 'look'}, 'Build the same revision on the machine to compare with, and run:'),
    el('pre', {id: 'command', tabindex: '0', class: 'command'}, data.command)];

  const troubles = () => {
    const rows = data.groups.flatMap((group) => group.rows
      .filter((row) => row.status !== 'ok')
      .map((row) => [table.text(row.key), table.text(group.title), table.text(row.status),
        table.text(`${row.rounds_ok} of ${row.rounds}`), table.text(row.reason),
        table.text(row.mend)]));
    return [el('h3', {}, 'Skipped, failed and invalid rows'), rows.length === 0 ?
      el('p', {}, 'None: every row gave figures in every round.') :
      table.build({id: 'troubles', caption: 'Rows without figures, or with fewer rounds than asked',
        columns: [{key: 'backend', label: 'backend'}, {key: 'comparison', label: 'comparison'},
          {key: 'status', label: 'status'}, {key: 'rounds_ok', label: 'good rounds'},
          {key: 'reason', label: 'reason'}, {key: 'mend', label: 'mend'}], rows})];
  };

  const caveats = (run) => {
    const said = new Map(list(run && run.caveats).map((one) => [one, new Set()]));
    for (const group of data.groups) {
      for (const row of group.rows) {
        for (const caveat of row.caveats) {
          said.set(caveat, (said.get(caveat) || new Set()).add(row.key));
        }
      }
    }
    return [el('h3', {}, 'Caveats'), said.size === 0 ? el('p', {}, 'None.') :
      el('ul', {}, [...said].map(([caveat, rows]) => el('li', {}, caveat,
        rows.size === 0 ? null : el('span', {class: 'why'}, ` (${[...rows].join(', ')})`))))];
  };

  // Every flag once a scenario and row, however many comparisons there were.
  const flags = () => {
    const rows = new Map();
    for (const group of data.groups) {
      for (const row of group.rows) {
        for (const [name, value] of Object.entries(row.effective)) {
          rows.set(JSON.stringify([row.key, group.scenario, name, value]),
            [row.key, group.scenario, name, value].map((one) => table.text(one)));
        }
      }
    }
    return rows.size === 0 ? null : el('details', {class: 'data'},
      el('summary', {}, 'Flags obtained: what each row really used'),
      table.build({id: 'flags', caption: 'Flags obtained', rows: [...rows.values()],
        columns: ['backend', 'scenario', 'flag', 'value'].map((name) =>
          ({key: name, label: name}))}));
  };

  const versions = (run) => table.build({id: 'backends', caption: 'Backends',
    columns: ['name', 'version', 'summary', 'available', 'reason', 'mend'].map((name) =>
      ({key: name, label: name})),
    rows: list(run.backends).map((one) => [table.text(one.name), table.text(one.version),
      table.text(one.summary), table.text(one.available ? 'yes' : 'no'), table.text(one.reason),
      table.text(one.mend)])});

  const machine = (run) => [el('h3', {}, 'Machine and versions'),
    factTable('run', 'The run', ofRun(run)), versions(run),
    el('details', {class: 'data'}, el('summary', {}, 'The machine\'s manifest'),
      factTable('machine', 'The machine\'s manifest', flatten(run.machine))),
    el('details', {class: 'data'}, el('summary', {}, 'Every option, given or by default'),
      factTable('options', 'Every option, given or by default', flatten(run.options)))];

  const render = () => {
    const {run, runReason} = data;
    fill(document.getElementById('manifest'),
      el('h2', {id: 'manifest-title'}, 'Machine, caveats, and how to do it again'),
      run ? command() : el('p', {class: 'warning-text'},
        `What is known about the machine could not be read: ${runReason}`),
      troubles(), caveats(run), flags(), run ? machine(run) : null);
  };

  Ringside.manifest = {render};
})();
