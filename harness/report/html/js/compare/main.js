// Puts the parts of the page of two runs together.
(() => {
  const {el} = Ringside.dom;
  const {data, shell, theme} = Ringside;

  const header = () => {
    const {base, head} = data.sides;
    const words = (side, {name, run}) => `${side}: ${name}` + (run && run.started_at ?
      `, ${String(run.started_at).replace('T', ' ').replace('Z', ' UTC')}` : '');
    shell.header([el('bdi', {}, head.name), el('span', {class: 'against'}, ' against '),
      el('bdi', {}, base.name)],
    [words('head', head), words('base', base), shell.count(data.groups.length, 'comparison'),
      shell.count(data.backends.size, 'backend')],
    {verdict: 'What changed', matrix: 'Ratios', figures: 'Figures', rows: 'All figures',
      unmatched: 'Only in one', manifest: 'Machines'});
  };

  const figures = (view) => [Ringside.forest.make(view), Ringside.percentiles.latency(view)];

  header();
  shell.start((view, now) => {
    const {renderIfChanged} = shell;
    const filters = [now.scenario, now.params, now.without, theme.dark()];
    const group = view.group ? view.group.index : null;
    renderIfChanged('verdict', [], Ringside.verdict.render);
    renderIfChanged('filters', filters, Ringside.filters.render);
    renderIfChanged('matrix', [now, theme.dark()], () => Ringside.matrix.render(view));
    renderIfChanged('details', [now, group], () => Ringside.details.render(view));
    renderIfChanged('figures', [filters, group], () => shell.figures(view, figures));
    renderIfChanged('rows', filters, () => Ringside.allRows.render(view));
    renderIfChanged('unmatched', [], Ringside.unmatched.render);
    renderIfChanged('manifest', [], Ringside.manifest.render);
  });
})();
