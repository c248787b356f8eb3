// Dark or light: as the system says, unless the reader says otherwise; paper is light.
(() => {
  const button = document.getElementById('theme');
  const system = matchMedia('(prefers-color-scheme: dark)');
  const listeners = [];
  let chosen = null;
  let printing = false;

  const dark = () => !printing && (chosen === null ? system.matches : chosen === 'dark');

  const apply = () => {
    document.documentElement.dataset.theme = dark() ? 'dark' : 'light';
    button.textContent = dark() ? 'Light' : 'Dark';
    button.setAttribute('aria-label', `Switch to the ${dark() ? 'light' : 'dark'} colours`);
    for (const listener of listeners) listener();
  };

  button.addEventListener('click', () => {
    chosen = dark() ? 'light' : 'dark';
    apply();
  });
  system.addEventListener('change', apply);

  const print = (now) => {
    printing = now;
    apply();
  };
  const onChange = (listener) => listeners.push(listener);

  Ringside.theme = {apply, dark, print, onChange};
})();
