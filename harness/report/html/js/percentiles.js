// How long operations took, and how much of it fan-out's backends added, as curves.
(() => {
  const {chartStyle} = Ringside;

  const make = (view, {points, ...words}) => Ringside.percentilePlot.make({...words,
    caption: `${words.title}, ${view.group.title}`,
    curves: view.rows.map((row) => ({key: row.key, label: row.key, style: chartStyle.of(row.key),
      points: points(row)}))});

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

  Ringside.percentiles = {latency, excess};
})();
