// Curves over HdrHistogram's axis: every halving of the distance to 100 % takes the same room.
(() => {
  const {format, table, chartStyle} = Ringside;

  const place = (percentile) => 100 / (100 - percentile);
  const percentileAt = (x) => Number((100 - 100 / x).toPrecision(10));
  const marks = [10, 50, 90, 99, 99.9, 99.99, 99.999, 99.9999];

  const dataset = (row, points, index) => {
    const {color, marker, dash} = chartStyle.of(row.key);
    return {
      label: Ringside.dom.clean(row.key), borderColor: color, backgroundColor: color,
      borderWidth: 2, borderDash: dash, pointStyle: marker,
      // Markers at different places of each curve, or they would cover each other.
      pointRadius: points.map((_, at) => (at + 2 * index) % 12 === 6 ? 4.5 : 0),
      pointHoverRadius: 6,
      // Without 0 %: the single fastest operation says nothing, and would stretch the axis.
      data: points.slice(1).map((point) => ({x: place(point.percentile), y: point.ns})),
    };
  };

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
      data: {datasets: curves.map(({row, points}, index) => dataset(row, points, index))},
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
        ...curves.map(({row}) => ({key: `${row.key}_ns`, label: row.key, numeric: true}))],
      rows: all.map((percentile) => [table.number(percentile, String), ...values.map((one) =>
        table.number(one.has(percentile) ? one.get(percentile) : null, format.duration))])};
  };

  const make = (view, {id, title, look, without, points}) => {
    const curves = view.rows.map((row) => ({row, points: points(row)}))
      .filter((curve) => curve.points.length > 1);
    const caption = `${title}, ${view.group.title}`;
    return Ringside.figure.frame({id, title, look, without,
      pictures: curves.length === 0 ? [] : [{height: 380, config: () => config(curves),
        label: `${caption}; the same figures are in the table below`}],
      tables: curves.length === 0 ? [] : [dataTable(id, caption, curves)]});
  };

  const latency = (view) => make(view, {id: 'latency', title: 'Latency by percentile',
    look: 'Look at where the curves part: near 99 % and beyond is what the unlucky wait. Each ' +
      'step to the right holds a tenth of the operations of the step before; a curve ends where ' +
      'fewer than 10 operations lie beyond.',
    without: 'No row has operations enough for a curve here.',
    points: (row) => row.latency_percentiles});

  const excess = (view) => view.group.rows.every((row) => !row.times_percentiles.excess_over_ideal) ?
    null : make(view, {id: 'excess', title: 'Fan-out: excess over the ideal',
      look: 'Look at the height: it is what the backend itself adds to each request, the time ' +
        'beyond the slowest delay that its leaves were told to take.',
      without: 'No row has operations enough for a curve here.',
      points: (row) => row.times_percentiles.excess_over_ideal || []});

  Ringside.percentiles = {latency, excess, decadeTicks};
})();
