// The findings, as the summary words and orders them: the machine first, then each comparison.
(() => {
  const {el, fill} = Ringside.dom;
  const {list} = Ringside.findings;

  const shownAtOnce = 12;  // comparisons; with more, the verdict would bury the page

  const render = (view) => {
    const {summary, groups} = Ringside.data;
    const whole = summary.findings.filter((finding) => finding.group === null ||
      finding.kind === 'control');
    const own = (group) => summary.findings.filter((finding) =>
      finding.group === group.index && finding.kind !== 'control');
    const told = view.groups.filter((group) => own(group).length > 0);
    const blocks = (some) => el('div',
      {class: told.length > 1 ? 'verdict-groups several' : 'verdict-groups'},
      some.map((group) => el('div', {class: 'verdict-group'},
        groups.length > 1 ? el('h3', {}, group.title) : null, list(own(group)))));
    const nothing = groups.length > 0 ? null :
      el('p', {}, 'Nothing was measured: this run has no trials.');
    fill(document.getElementById('verdict'),
      el('h2', {id: 'verdict-title'}, 'Verdict'), nothing,
      whole.length > 0 ? list(whole) : null,
      blocks(told.slice(0, shownAtOnce)),
      told.length <= shownAtOnce ? null : el('details', {class: 'data'},
        el('summary', {}, `${told.length - shownAtOnce} more comparisons`),
        blocks(told.slice(shownAtOnce))));
  };

  Ringside.verdict = {render};
})();
