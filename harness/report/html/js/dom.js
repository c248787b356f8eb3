// Building elements. What comes from data only ever becomes text, never markup.
(() => {
  // Control characters do nothing good in a page, and overrides of direction could make one name
  // read as another.
  const unprintable = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
  const clean = (text) => String(text).replace(/\n/g, ' ').replace(unprintable, '\ufffd');

  const append = (element, children) => {
    for (const child of children.flat(Infinity)) {
      if (child === null || child === undefined || child === false) continue;
      element.append(child instanceof Node ? child : document.createTextNode(clean(child)));
    }
    return element;
  };

  // el('a', {href: '#x', class: 'link', onclick: f}, 'text', otherElement)
  const el = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null || value === undefined || value === false) continue;
      if (typeof value === 'function') element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, value === true ? '' : clean(value));
    }
    return append(element, children);
  };

  const fill = (element, ...children) => {
    element.replaceChildren();
    return append(element, children);
  };

  // Renders anew without taking the keyboard's place away from who is using it.
  const keepingFocus = (render) => {
    const id = document.activeElement && document.activeElement.id;
    render();
    const lost = document.activeElement === null || document.activeElement === document.body;
    const again = id && lost && document.getElementById(id);
    if (again) again.focus({preventScroll: true});
  };

  // A name that may serve as an id or a file's name.
  const slug = (text) => String(text).toLowerCase().replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '').slice(0, 60);

  Ringside.dom = {clean, el, fill, keepingFocus, slug};
})();
