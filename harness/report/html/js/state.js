// What the reader has chosen lives in the URL's fragment, so that a link and the back button hold it.
(() => {
  const listeners = [];

  // Keys that may stand several times are lists; the rest are texts, '' when not chosen.
  const parse = () => {
    const words = new URLSearchParams(location.hash.slice(1));
    const state = {scenario: words.get('scenario') || '', params: {}, without: [], sort: {},
      comparison: words.get('comparison') || '', row: words.get('row') || '',
      metric: words.get('metric') || ''};
    state.without = words.getAll('without');
    for (const [key, value] of words) {
      if (key.startsWith('param.')) state.params[key.slice(6)] = value;
      if (key.startsWith('sort.')) state.sort[key.slice(5)] = value;
    }
    return state;
  };

  const fragment = (state) => {
    const words = new URLSearchParams();
    for (const key of ['scenario', 'comparison', 'row', 'metric']) {
      if (state[key] !== '') words.set(key, state[key]);
    }
    for (const [name, value] of Object.entries(state.params)) {
      if (value !== '') words.set(`param.${name}`, value);
    }
    for (const [table, order] of Object.entries(state.sort)) words.set(`sort.${table}`, order);
    for (const key of state.without) words.append('without', key);
    // Not an empty one: that would scroll to the top.
    return `#${words.toString() || 'all'}`;
  };

  let current = parse();
  const get = () => current;
  const href = (changes) => fragment({...current, ...changes});
  const set = (changes) => { location.hash = href(changes); };
  const onChange = (listener) => listeners.push(listener);

  window.addEventListener('hashchange', () => {
    current = parse();
    for (const listener of listeners) listener();
  });

  // What the state picks: the groups that pass the filters, the one in the figures, and its rows.
  const view = () => {
    const {groups} = Ringside.data;
    const passes = (group) => (current.scenario === '' || group.scenario === current.scenario) &&
      Object.entries(current.params).every(([name, value]) =>
        !(name in group.params) || JSON.stringify(group.params[name]) === value);
    const shown = groups.filter(passes);
    const group = shown.find((one) => String(one.index) === current.comparison) || shown[0] || null;
    const visible = (row) => !current.without.includes(row.key);
    return {groups: shown, group, visible, rows: group ? group.rows.filter(visible) : []};
  };

  Ringside.state = {get, set, href, onChange, view};
})();
