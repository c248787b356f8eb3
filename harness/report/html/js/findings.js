// Sentences in the order in which they matter, those that call for doubt marked.
(() => {
  const {el} = Ringside.dom;

  const sentence = (finding) => el('li', {class: finding.warning ? 'warning' : 'plain'},
    finding.warning ? el('span', {class: 'badge'}, 'Caution') : null,
    el('span', {class: 'words'}, finding.text));

  // findings: {text, warning}.
  const list = (findings) => el('ul', {class: 'findings'}, findings.map(sentence));

  Ringside.findings = {list};
})();
