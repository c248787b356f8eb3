// Buttons that choose the metric of what is shown.
(() => {
  const {el} = Ringside.dom;
  const {data, state} = Ringside;

  const make = (group, chosen) => el('div', {class: 'tabs', role: 'group',
    'aria-label': 'Figure to compare by'},
  Object.entries(data.metrics).map(([metric, words]) => el('button', {type: 'button',
    id: `metric-${metric}`, class: 'tab', 'aria-pressed': String(metric === chosen),
    onclick: () => state.set({metric})}, words.name(group))));

  Ringside.metricChoice = {make};
})();
