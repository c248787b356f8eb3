// What is shown: a scenario, values of its parameters, and which rows.
(() => {
  const {el, fill} = Ringside.dom;
  const {data, format, state} = Ringside;

  const select = (id, label, options, chosen, onChoice) => el('label', {class: 'choice', for: id},
    el('span', {}, label),
    el('select', {id, onchange: (event) => onChoice(event.target.value)},
      options.map(([value, text]) =>
        el('option', {value, selected: value === chosen}, text))));

  const scenarioChoice = (now) => data.scenarios.length < 2 ? null :
    select('filter-scenario', 'Scenario',
      [['', 'all'], ...data.scenarios.map((name) => [name, name])], now.scenario,
      (scenario) => state.set({scenario, params: {}, comparison: '', row: ''}));

  const paramChoices = (now) => {
    const scenario = now.scenario || (data.scenarios.length === 1 ? data.scenarios[0] : '');
    if (scenario === '') return [];
    return [...data.varied.get(scenario) || []].map(([name, values]) =>
      select(`filter-${Ringside.dom.slug(name)}`, format.label(name),
        [['', 'any'], ...values.map((value) => [value, format.byUnit(name, JSON.parse(value))])],
        now.params[name] || '',
        (value) => state.set({params: {...now.params, [name]: value}, comparison: '', row: ''})));
  };

  const rowChoices = (now) => el('fieldset', {class: 'chips'}, el('legend', {}, 'Rows'),
    data.series.map((key, index) => el('label', {class: 'chip', for: `filter-row-${index}`},
      el('input', {type: 'checkbox', id: `filter-row-${index}`,
        checked: !now.without.includes(key),
        onchange: (event) => state.set({without: event.target.checked ?
          now.without.filter((one) => one !== key) : [...now.without, key]})}),
      Ringside.chartStyle.swatch(key), el('bdi', {}, key))));

  const render = () => {
    const now = state.get();
    const filtered = now.scenario !== '' || now.without.length > 0 ||
      Object.values(now.params).some((value) => value !== '');
    fill(document.getElementById('filters'), el('div', {class: 'filters'},
      scenarioChoice(now), paramChoices(now), rowChoices(now),
      el('button', {type: 'button', class: 'quiet', id: 'filter-reset', disabled: !filtered,
        onclick: () => state.set({scenario: '', params: {}, without: []})}, 'Show all')));
  };

  Ringside.filters = {render};
})();
