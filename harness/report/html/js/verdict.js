// The findings, as the summary words and orders them: the machine first, then each comparison.
(() => {
  const {el, fill} = Ringside.dom;

  const sentence = (finding) => el('li', {class: finding.warning ? 'warning' : 'plain'},
    finding.warning ? el('span', {class: 'badge'}, 'Caution') : null,
    el('span', {class: 'words'}, finding.text));

  const list = (findings) => el('ul', {class: 'findings'}, findings.map(sentence));

  const render = (view) => {
    const {summary, groups} = Ringside.data;
    const whole = summary.findings.filter((finding) => finding.group === null ||
      finding.kind === 'control');
    const own = (group) => summary.findings.filter((finding) =>
      finding.group === group.index && finding.kind !== 'control');
    const nothing = groups.length > 0 ? null :
      el('p', {}, 'Nothing was measured: this run has no trials.');
    fill(document.getElementById('verdict'),
      el('h2', {id: 'verdict-title'}, 'Verdict'), nothing,
      whole.length > 0 ? list(whole) : null,
      el('div', {class: 'verdict-groups'},
        view.groups.filter((group) => own(group).length > 0).map((group) => el('div',
          {class: 'verdict-group'},
          groups.length > 1 ? el('h3', {}, group.title) : null, list(own(group))))));
  };

  Ringside.verdict = {render};
})();
