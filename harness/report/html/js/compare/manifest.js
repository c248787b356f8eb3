// Both machines side by side, and how to do it again.
(() => {
  const {el, fill} = Ringside.dom;
  const {data, table} = Ringside;
  const {list, flatten, ofRun} = Ringside.facts;
  const {base, head} = data.sides;

  // Facts of both by name, those of the base first; null where one does not say.
  const sideBySide = (ofBase, ofHead) => {
    const [left, right] = [new Map(ofBase), new Map(ofHead)];
    const said = (facts, name) => facts.get(name) === undefined ? null : facts.get(name);
    return [...new Set([...left.keys(), ...right.keys()])].map((name) =>
      ({name, base: said(left, name), head: said(right, name)}));
  };

  const differs = (fact) => fact.base !== fact.head;

  const factTable = (id, caption, facts) => table.build({id, caption,
    columns: [{key: 'fact', label: 'fact'}, {key: 'base', label: 'base'},
      {key: 'head', label: 'head'}, {key: 'differs', label: 'differs'}],
    rows: facts.map((fact) => {
      const tone = differs(fact) ? 'changed' : undefined;
      return [table.text(fact.name), {...table.text(fact.base), tone},
        {...table.text(fact.head), tone},
        {...table.text(differs(fact) ? 'differs' : 'same'), tone}];
    })});

  // Folded where there is nothing to see.
  const part = (id, title, facts) => {
    const different = facts.filter(differs).length;
    return el('details', {class: 'data', open: different > 0},
      el('summary', {}, `${title} (${different === 0 ? 'no difference' :
        `${different} of ${facts.length} differ`})`),
      factTable(id, title, facts));
  };

  const versions = (run) => list(run.backends).map((one) => [one.name, one.version]);

  const machines = () => {
    const of = (facts) => sideBySide(facts(base.run), facts(head.run));
    return [el('p', {class: 'look'}, 'Marked rows differ: each is a reason other than the change ' +
      'that was made why figures may have moved.'),
    factTable('run', 'The runs', of(ofRun)),
    part('machine', 'The machine\'s manifest', of((run) => flatten(run.machine))),
    part('backends', 'Versions of the backends', of(versions)),
    part('options', 'Options, given or by default', of((run) => flatten(run.options)))];
  };

  const noRun = () => Object.entries(data.sides).filter(([, one]) => !one.run)
    .map(([side, one]) => el('p', {class: 'warning-text'},
      `What is known about the ${side}'s machine could not be read: ${one.run_reason}`));

  const command = (id, title, text) => text === '' ? null : [el('h3', {}, title),
    el('pre', {id, tabindex: '0', class: 'command'}, text)];

  const commands = () => [el('h2', {id: 'repeat-title'}, 'Do it again'),
    el('p', {class: 'look'}, 'Run each with its own build, on one machine, and hold the new folders ' +
      'against each other:'),
    command('command-base', 'The base', base.command),
    command('command-head', 'The head', head.command),
    command('command', 'This page', data.command)];

  const render = () => fill(document.getElementById('manifest'),
    el('h2', {id: 'manifest-title'}, 'Machines and versions'), noRun(),
    base.run && head.run ? machines() : null, commands());

  Ringside.manifest = {render};
})();
