// Puts the parts together, and renders those that a change of the state touches.
(() => {
  const {el, fill, keepingFocus} = Ringside.dom;
  const {data, state, theme} = Ringside;

  const header = () => {
    const {run, groups, backends} = data;
    document.title = `${Ringside.dom.clean(data.name)}: Ringside report`;
    fill(document.getElementById('title'), el('bdi', {}, data.name));
    const count = (number, word) => `${number} ${word}${number === 1 ? '' : 's'}`;
    const rounds = Math.max(0, ...groups.map((group) => group.rounds));
    const machine = run && run.machine;
    const words = [count(groups.length, 'comparison'), count(backends.size, 'backend'),
      count(rounds, 'round'), machine && machine.cpu && machine.cpu.model,
      machine && machine.kernel && `Linux ${String(machine.kernel).replace(/^Linux /, '')}`,
      run && String(run.started_at).replace('T', ' ').replace('Z', ' UTC')];
    fill(document.getElementById('subtitle'), words.filter(Boolean).join(' · '));
    const parts = {verdict: 'Verdict', matrix: 'Ranking', figures: 'Figures', rows: 'All rows',
      manifest: 'Machine'};
    fill(document.getElementById('contents'), Object.entries(parts).map(([id, name]) =>
      el('a', {href: `#${id}`, onclick: (event) => goTo(event, id)}, name)));
  };

  // The fragment holds the state, so these links move the reader without touching it.
  const goTo = (event, id) => {
    event.preventDefault();
    const target = document.getElementById(id);
    target.setAttribute('tabindex', '-1');
    target.scrollIntoView();
    target.focus({preventScroll: true});
  };

  const comparisonChoice = (view) => view.groups.length < 2 ? null :
    el('label', {class: 'choice', for: 'comparison'}, el('span', {}, 'Comparison'),
      el('select', {id: 'comparison',
        onchange: (event) => state.set({comparison: event.target.value, row: ''})},
      view.groups.map((group) => el('option', {value: group.index,
        selected: group === view.group}, group.title))));

  const params = (group) => Object.entries(group.params)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${Ringside.format.label(name)} ${Ringside.format.byUnit(name, value)}`)
    .join(' · ');

  const figures = (view) => {
    Ringside.figure.clear();
    const section = document.getElementById('figures');
    const title = el('h2', {id: 'figures-title'}, 'Figures');
    if (!view.group) {
      fill(section, title, el('p', {}, data.groups.length === 0 ? 'There is nothing to draw.' :
        'No comparison passes the filters.'));
      return;
    }
    fill(section, title, el('div', {class: 'comparison'}, comparisonChoice(view),
      el('p', {class: 'params'}, el('strong', {}, view.group.scenario), ` · ${params(view.group)}`)),
    Ringside.forest.make(view), Ringside.percentiles.latency(view), Ringside.sweeps.make(view),
    Ringside.cost.cpu(view),
    el('div', {class: 'pair'}, Ringside.cost.switches(view), Ringside.cost.syscalls(view)),
    Ringside.slices.make(view), Ringside.percentiles.excess(view));
    Ringside.figure.draw();
  };

  // What a part shows hangs on these; rendering all of them for every click would be felt.
  const drawnFor = new Map();
  const renderIfChanged = (part, key, render) => {
    const text = JSON.stringify(key);
    if (drawnFor.get(part) === text) return;
    drawnFor.set(part, text);
    render();
  };

  const render = () => keepingFocus(() => {
    const now = state.get();
    const view = state.view();
    const filters = [now.scenario, now.params, now.without, theme.dark()];
    const group = view.group ? view.group.index : null;
    renderIfChanged('verdict', filters, () => Ringside.verdict.render(view));
    renderIfChanged('filters', filters, Ringside.filters.render);
    renderIfChanged('matrix', [now, theme.dark()], () => Ringside.matrix.render(view));
    renderIfChanged('details', [now, group], () => Ringside.details.render(view));
    renderIfChanged('figures', [filters, group, now.metric], () => figures(view));
    renderIfChanged('rows', filters, () => Ringside.allRows.render(view));
    renderIfChanged('manifest', [], Ringside.manifest.render);
    Ringside.table.sortAll();
  });

  // On paper nothing can be opened.
  let opened = [];
  window.addEventListener('beforeprint', () => {
    theme.print(true);
    opened = [...document.querySelectorAll('main details:not([open])')];
    opened.forEach((details) => { details.open = true; });
    Ringside.figure.resize();
  });
  window.addEventListener('afterprint', () => {
    opened.forEach((details) => { details.open = false; });
    theme.print(false);
    Ringside.figure.resize();
  });

  document.getElementById('skip').addEventListener('click', (event) => goTo(event, 'main'));
  header();
  theme.onChange(render);
  state.onChange(render);
  theme.apply();
})();
