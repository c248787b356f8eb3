// What a cell opens: everything about one row of one comparison, under the matrix.
(() => {
  const {el, fill} = Ringside.dom;
  const {state} = Ringside;
  let focus = false;

  // content(group, row) gives what stands between the title and the way back.
  const render = (view, content) => {
    const section = document.getElementById('details');
    const now = state.get();
    const row = view.group && now.row !== '' &&
      view.group.rows.find((one) => one.key === now.row);
    section.hidden = !row;
    if (!row) {
      fill(section);
      return;
    }
    const title = el('h2', {id: 'details-title', tabindex: '-1'}, el('bdi', {}, row.key),
      ` in ${view.group.title}`);
    fill(section, el('div', {class: 'card'}, title, content(view.group, row),
      el('a', {href: state.href({row: ''}), id: 'details-close'}, 'Close these details')));
    if (focus) title.focus();
    focus = false;
  };

  // The reader who opens a card is taken to it.
  Ringside.card = {render, focusNext: () => { focus = true; }};
})();
