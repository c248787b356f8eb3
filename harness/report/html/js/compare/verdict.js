// What to doubt, then what changed: the sentences of the comparison, in its order.
(() => {
  const {el, fill} = Ringside.dom;
  const {data} = Ringside;
  const {list} = Ringside.findings;

  const shownAtOnce = 6;  // cautions; with more, they would bury what changed

  const render = () => {
    const cautions = data.comparison.warnings.map((text) => ({text, warning: true}));
    const more = cautions.slice(shownAtOnce);
    fill(document.getElementById('verdict'),
      el('h2', {id: 'verdict-title'}, 'What changed'),
      list(cautions.slice(0, shownAtOnce)),
      more.length === 0 ? null : el('details', {class: 'data'},
        el('summary', {}, `${more.length} more differences between the two`), list(more)),
      list(data.findings));
  };

  Ringside.verdict = {render};
})();
