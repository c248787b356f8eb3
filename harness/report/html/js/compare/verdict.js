// What to doubt, then what changed: the sentences of the comparison, in its order.
(() => {
  const {el, fill} = Ringside.dom;
  const {data} = Ringside;
  const {list} = Ringside.findings;

  const shownAtOnce = 8;  // cautions; with more, they would bury what changed

  const render = () => {
    const cautions = data.comparison.warnings.map((text) => ({text, warning: true}));
    // The last holds for every two runs, and is never folded away.
    const folded = cautions.splice(shownAtOnce - 1, Math.max(0, cautions.length - shownAtOnce));
    fill(document.getElementById('verdict'),
      el('h2', {id: 'verdict-title'}, 'What changed'), list(cautions),
      folded.length === 0 ? null : el('details', {class: 'data'},
        el('summary', {}, `More differences between the two: ${folded.length}`), list(folded)),
      list(data.findings));
  };

  Ringside.verdict = {render};
})();
