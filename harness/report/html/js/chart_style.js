// How rows look in figures: a colour, a marker and a dash each, so that none depends on colour alone.
(() => {
  // Okabe and Ito's hues, made darker on white and lighter on black until each has a contrast of 3
  // or more against the page.
  const palettes = {
    light: ['#0072b2', '#c75300', '#007a5a', '#a8417f', '#8a6900', '#5b54b8', '#24292f', '#00808a'],
    dark: ['#56b4e9', '#ff9248', '#2fc89b', '#e793c6', '#f0d24a', '#aca6ff', '#f0f3f6', '#5fd3dc'],
  };
  const quiet = {light: '#6e7781', dark: '#8d98a5'};
  const markers = ['circle', 'rect', 'triangle', 'rectRot', 'crossRot', 'star', 'rectRounded',
    'cross'];
  const dashes = [[], [7, 3], [2, 2], [9, 3, 2, 3], [12, 3], [4, 4], [1, 3], [6, 2, 1, 2, 1, 2]];

  const scheme = () => Ringside.theme.dark() ? 'dark' : 'light';
  const css = (name) =>
    getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // The control and what is no backend stay in the background, and differ by their markers.
  const of = (key) => {
    const place = Ringside.data.series.indexOf(key);
    const isBackend = Ringside.data.backends.has(key);
    return {
      color: isBackend ? palettes[scheme()][place % palettes.light.length] : quiet[scheme()],
      marker: markers[place % markers.length], dash: dashes[place % dashes.length],
    };
  };

  const shapes = {
    circle: 'M8 12a4 4 0 1 1 8 0a4 4 0 1 1-8 0z', rect: 'M8 8h8v8h-8z',
    rectRounded: 'M10 8h4a2 2 0 0 1 2 2v4a2 2 0 0 1-2 2h-4a2 2 0 0 1-2-2v-4a2 2 0 0 1 2-2z',
    triangle: 'M12 7l5 9h-10z', rectRot: 'M12 6l6 6l-6 6l-6-6z',
    crossRot: 'M8 8l8 8M16 8l-8 8', cross: 'M12 7v10M7 12h10',
    star: 'M12 7v10M7 12h10M8.5 8.5l7 7M15.5 8.5l-7 7',
  };
  const open = new Set(['crossRot', 'cross', 'star']);

  // The same marker for the page's own legends.
  const swatch = (key) => {
    const {color, marker} = of(key);
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    for (const [name, value] of Object.entries({viewBox: '4 4 16 16', width: '14', height: '14',
      'aria-hidden': 'true', class: 'swatch'})) svg.setAttribute(name, value);
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute('d', shapes[marker]);
    path.setAttribute('stroke', color);
    path.setAttribute('stroke-width', '2');
    path.setAttribute('fill', open.has(marker) ? 'none' : color);
    svg.append(path);
    return svg;
  };

  const translucent = (hex, alpha) =>
    hex + Math.round(alpha * 255).toString(16).padStart(2, '0');

  const colours = () => ({text: css('--text'), quiet: css('--quiet'), line: css('--line'),
    strong: css('--strong-line'), surface: css('--surface'), first: css('--bar-first'),
    second: css('--bar-second')});

  const applyDefaults = () => {
    const {text, line, strong, surface} = colours();
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    Chart.defaults.font.size = 12;
    Chart.defaults.color = text;
    Chart.defaults.borderColor = line;
    Chart.defaults.animation = false;
    Chart.defaults.maintainAspectRatio = false;
    Chart.defaults.plugins.legend.labels.usePointStyle = true;
    Chart.defaults.plugins.legend.labels.boxHeight = 7;
    Chart.defaults.plugins.legend.labels.padding = 14;
    Chart.defaults.plugins.legend.align = 'start';
    // On the page's own ground, where every row's colour can be seen.
    Object.assign(Chart.defaults.plugins.tooltip, {backgroundColor: surface, titleColor: text,
      bodyColor: text, borderColor: strong, borderWidth: 1, padding: 10, boxPadding: 5,
      usePointStyle: true});
  };

  Ringside.chartStyle = {of, swatch, translucent, colours, applyDefaults};
})();
