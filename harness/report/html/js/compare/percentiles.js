// Both runs' latency curves over each other.
(() => {
  const {chartStyle} = Ringside;
  const dashes = {base: [6, 4], head: []};

  const curves = (row) => Object.entries(dashes).map(([side, dash]) => ({
    key: `${row.key}_${side}`, label: `${row.key}, ${side}`,
    style: {...chartStyle.of(row.key), dash}, points: row.curves[side]}));

  const latency = (view) => Ringside.percentilePlot.make({id: 'latency',
    title: 'Latency by percentile', caption: `Latency by percentile, ${view.group.title}`,
    look: 'Dashed is the base, solid the head, in the colour and with the marker of its backend. ' +
      'Look at where the two of one backend part: these curves have no intervals, so what they ' +
      'say of p50 and p99 holds only where a bar above does. Hide backends with the filters.',
    without: 'No row has operations enough for a curve here.',
    curves: view.rows.flatMap(curves)});

  Ringside.percentiles = {latency};
})();
