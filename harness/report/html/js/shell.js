// What every page has around its parts: title, contents, the chosen comparison, paper.
(() => {
  const {el, fill, keepingFocus} = Ringside.dom;
  const {data, format, state, theme} = Ringside;

  // The fragment holds the state, so these links move the reader without touching it.
  const goTo = (event, id) => {
    event.preventDefault();
    const target = document.getElementById(id);
    target.setAttribute('tabindex', '-1');
    target.scrollIntoView();
    target.focus({preventScroll: true});
  };

  // words: what stands under the title; parts: names of sections by id.
  const header = (title, words, parts) => {
    document.title = `${Ringside.dom.clean(data.name)}: Ringside report`;
    fill(document.getElementById('title'), title);
    fill(document.getElementById('subtitle'), words.filter(Boolean).join(' · '));
    fill(document.getElementById('contents'), Object.entries(parts).map(([id, name]) =>
      el('a', {href: `#${id}`, onclick: (event) => goTo(event, id)}, name)));
  };

  const count = (number, word) => `${number} ${word}${number === 1 ? '' : 's'}`;

  const comparisonChoice = (view) => view.groups.length < 2 ? null :
    el('label', {class: 'choice', for: 'comparison'}, el('span', {}, 'Comparison'),
      el('select', {id: 'comparison',
        onchange: (event) => state.set({comparison: event.target.value, row: ''})},
      view.groups.map((group) => el('option', {value: group.index,
        selected: group === view.group}, group.title))));

  const params = (group) => Object.entries(group.params)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${format.label(name)} ${format.byUnit(name, value)}`)
    .join(' · ');

  // make(view) gives the figures of the view's comparison.
  const figures = (view, make) => {
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
    make(view));
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

  // render(view, now) calls renderIfChanged for each part.
  const start = (render) => {
    const renderAll = () => keepingFocus(() => {
      render(state.view(), state.get());
      Ringside.table.sortAll();
    });
    document.getElementById('skip').addEventListener('click', (event) => goTo(event, 'main'));
    theme.onChange(renderAll);
    state.onChange(renderAll);
    theme.apply();
  };

  Ringside.shell = {header, count, figures, renderIfChanged, start};
})();
