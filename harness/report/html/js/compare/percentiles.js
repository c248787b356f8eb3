// Both runs' latency curves over each other.
(() => {
  const {chartStyle} = Ringside;
  const looks = {base: {dash: [6, 4], hollow: true}, head: {dash: [], hollow: false}};

  const curves = (row) => Object.entries(looks).map(([side, look]) => ({
    key: `${row.key}_${side}`, label: `${row.key}, ${side}`,
    style: {...chartStyle.of(row.key), ...look}, points: row.curves[side]}));

  const latency = (view) => Ringside.percentilePlot.make({id: 'latency',
    title: 'Latency by percentile', caption: `Latency by percentile, ${view.group.title}`,
    look: 'Dashed and hollow is the base, solid the head, each in its backend\'s colour. ' +
      'Look at where the two of one backend part: these curves have no intervals, so what they ' +
      'say of p50 and p99 holds only where a bar above does. Hide backends with the filters.',
    without: 'No row has operations enough for a curve here.',
    curves: view.rows.flatMap(curves)});

  Ringside.percentiles = {latency};
})();
