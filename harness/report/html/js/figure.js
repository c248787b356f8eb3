// The frame around every figure: what it shows, what to look at, the picture, its data.
(() => {
  const {el} = Ringside.dom;
  let charts = [];
  let waiting = [];

  // picture: {config, height, label}, where config() gives Chart.js's; several stand side by side.
  const canvas = ({config, height, label, title}) => {
    const element = el('canvas', {role: 'img', 'aria-label': label});
    waiting.push(() => charts.push(new Chart(element, config())));
    return el('div', {class: 'picture'}, title ? el('h4', {}, title) : null,
      el('div', {class: 'canvas-box', style: `height: ${height}px`}, element));
  };

  // tables: what Ringside.table.build takes. `wide` lets pictures stand beside each other. `without` says why there is no picture.
  const frame = ({id, title, look, controls, pictures = [], wide, without, tables = [],
    extra}) =>
    el('section', {class: 'figure', id: `figure-${id}`, 'aria-labelledby': `figure-${id}-title`},
      el('h3', {id: `figure-${id}-title`}, title),
      pictures.length > 0 ? el('p', {class: 'look'}, look) : el('p', {class: 'without'}, without),
      controls,
      pictures.length > 0 ? el('div', {class: wide ? 'pictures columns' : 'pictures'},
        pictures.map(canvas)) : null,
      extra,
      tables.length === 0 ? null : el('details', {class: 'data'},
        el('summary', {}, 'Data of this figure'), tables.map(Ringside.table.build)));

  const clear = () => {
    charts.forEach((chart) => chart.destroy());
    charts = [];
    waiting = [];
  };

  // Only once they are in the page do canvases have a size.
  const draw = () => {
    Ringside.chartStyle.applyDefaults();
    waiting.forEach((make) => make());
    waiting = [];
  };

  const resize = () => charts.forEach((chart) => chart.resize());

  // Values at the ends of bars, which spare the reader the way to the axis.
  const valueLabels = (format) => ({
    id: 'valueLabels',
    afterDatasetsDraw: (chart) => {
      const {ctx, data} = chart;
      const last = chart.getDatasetMeta(data.datasets.length - 1);
      ctx.save();
      ctx.fillStyle = Ringside.chartStyle.colours().text;
      ctx.font = `12px ${Chart.defaults.font.family}`;
      ctx.textBaseline = 'middle';
      last.data.forEach((bar, index) => {
        const total = data.datasets.reduce((sum, one) => sum + (one.data[index] || 0), 0);
        ctx.fillText(format(total), bar.x + 6, bar.y);
      });
      ctx.restore();
    },
  });

  Ringside.figure = {frame, clear, draw, resize, valueLabels};
})();
