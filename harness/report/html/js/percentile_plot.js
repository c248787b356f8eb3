// Curves over HdrHistogram's axis: every halving of the distance to 100 % takes the same room.
(() => {
  const {chartStyle, format, table} = Ringside;

  const place = (percentile) => 100 / (100 - percentile);
  const percentileAt = (x) => Number((100 - 100 / x).toPrecision(10));
  const marks = [10, 50, 90, 99, 99.9, 99.99, 99.999, 99.9999];

  // A curve: key (of its column), label, points, and style (color, marker, dash, hollow).
  const dataset = ({label, style: {color, marker, dash, hollow}, points}, index) => ({
    label: Ringside.dom.clean(label), borderColor: color, borderWidth: 2,
    backgroundColor: hollow ? chartStyle.colours().surface : color, pointBorderWidth: 2,
    borderDash: dash, pointStyle: marker,
    // Markers at different places of each curve, or they would cover each other.
    pointRadius: points.map((_, at) => (at + 2 * index) % 12 === 6 ? 4.5 : 0),
    pointHoverRadius: 6,
    // Without 0 %: the single fastest operation says nothing, and would stretch the axis.
    data: points.slice(1).map((point) => ({x: place(point.percentile), y: point.ns})),
  });

  // Chart.js leaves out what lies between powers of ten as soon as there is little room.
  const decadeTicks = {afterBuildTicks: (scale) => {
    scale.ticks = [];
    for (let decade = 1; decade <= scale.max; decade *= 10) {
      for (const step of [1, 2, 5]) scale.ticks.push({value: decade * step});
    }
    scale.ticks = scale.ticks.filter(({value}) => value >= scale.min && value <= scale.max);
  }};

  const yRange = (curves) => {
    const values = curves.flatMap(({points}) => points.slice(1).map((point) => point.ns))
      .filter((ns) => ns > 0);
    return {min: Math.min(...values) * 0.85, max: Math.max(...values) * 1.15};
  };

  const config = (curves) => {
    const most = Math.max(...curves.map(({points}) =>
      place(points[points.length - 1].percentile)));
    return {
      type: 'line',
      data: {datasets: curves.map(dataset)},
      options: {
        interaction: {mode: 'nearest', axis: 'x', intersect: false},
        scales: {
          x: {type: 'logarithmic', min: place(10), max: most,
            afterBuildTicks: (scale) => {
              scale.ticks = marks.map((mark) => ({value: place(mark)}))
                .filter(({value}) => value <= most * 1.01);
            },
            ticks: {maxRotation: 0, callback(value, index) {
              return index === 0 && this.chart.width < 480 ? '' : `${percentileAt(value)} %`;
            }},
            title: {display: true, text: 'percentile'}},
          y: {type: 'logarithmic', ...yRange(curves), ...decadeTicks, ticks: {callback: format.tick(format.duration)}},
        },
        plugins: {tooltip: {itemSort: (a, b) => b.parsed.y - a.parsed.y, callbacks: {
          title: (items) => items.length ? `${percentileAt(items[0].parsed.x)} %` : '',
          label: ({dataset: {label}, parsed}) => `${label}: ${format.duration(parsed.y)}`,
        }}},
      },
    };
  };

  // A line a percentile, a column a row: what a spreadsheet draws the same curves from.
  const dataTable = (id, caption, curves) => {
    const values = curves.map(({points}) =>
      new Map(points.map((point) => [point.percentile, point.ns])));
    const all = [...new Set(curves.flatMap(({points}) =>
      points.map((point) => point.percentile)))].sort((a, b) => a - b);
    return {id, caption,
      columns: [{key: 'percentile', label: 'percentile', numeric: true},
        ...curves.map(({key, label}) => ({key: `${key}_ns`, label, numeric: true}))],
      rows: all.map((percentile) => [table.number(percentile, String), ...values.map((one) =>
        table.number(one.has(percentile) ? one.get(percentile) : null, format.duration))])};
  };

  // The figure of these curves, of which those without points enough are left out.
  const make = ({id, title, caption, look, without, curves}) => {
    const drawn = curves.filter(({points}) => points.length > 1);
    return Ringside.figure.frame({id, title, look, without,
      pictures: drawn.length === 0 ? [] : [{height: 380, config: () => config(drawn),
        label: `${caption}; the same figures are in the table below`}],
      tables: drawn.length === 0 ? [] : [dataTable(id, caption, drawn)]});
  };

  Ringside.percentilePlot = {make, decadeTicks};
})();
