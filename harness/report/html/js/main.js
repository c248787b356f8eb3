// Puts the parts together, and renders those that a change of the state touches.
(() => {
  const {el} = Ringside.dom;
  const {data, shell, theme} = Ringside;

  const header = () => {
    const {run, groups, backends} = data;
    const rounds = Math.max(0, ...groups.map((group) => group.rounds));
    const machine = run && run.machine;
    shell.header(el('bdi', {}, data.name), [shell.count(groups.length, 'comparison'),
      shell.count(backends.size, 'backend'), shell.count(rounds, 'round'),
      machine && machine.cpu && machine.cpu.model,
      machine && machine.kernel && `Linux ${String(machine.kernel).replace(/^Linux /, '')}`,
      run && String(run.started_at).replace('T', ' ').replace('Z', ' UTC')],
    {verdict: 'Verdict', matrix: 'Ranking', figures: 'Figures', rows: 'All rows',
      manifest: 'Machine'});
  };

  const figures = (view) => [
    Ringside.forest.make(view), Ringside.percentiles.latency(view), Ringside.sweeps.make(view),
    Ringside.cost.cpu(view),
    el('div', {class: 'pair'}, Ringside.cost.switches(view), Ringside.cost.syscalls(view)),
    Ringside.slices.make(view), Ringside.percentiles.excess(view)];

  header();
  shell.start((view, now) => {
    const {renderIfChanged} = shell;
    const filters = [now.scenario, now.params, now.without, theme.dark()];
    const group = view.group ? view.group.index : null;
    renderIfChanged('verdict', filters, () => Ringside.verdict.render(view));
    renderIfChanged('filters', filters, Ringside.filters.render);
    renderIfChanged('matrix', [now, theme.dark()], () => Ringside.matrix.render(view));
    renderIfChanged('details', [now, group], () => Ringside.details.render(view));
    renderIfChanged('figures', [filters, group, now.metric], () => shell.figures(view, figures));
    renderIfChanged('rows', filters, () => Ringside.allRows.render(view));
    renderIfChanged('manifest', [], Ringside.manifest.render);
  });
})();
