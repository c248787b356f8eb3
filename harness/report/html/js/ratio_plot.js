// Ratios with their intervals as bars beside a line at 1.
(() => {
  const {format, chartStyle} = Ringside;

  // The axis holds every ratio, and the intervals of those that have one.
  const axisRange = (rows) => {
    const ends = rows.flatMap(({comparison: {ratio, interval_low: low, interval_high: high}}) =>
      [ratio, low, high]).filter((end) => end !== null).concat(1);
    return {min: Math.min(...ends) / 1.04, max: Math.max(...ends) * 1.04};
  };

  // Chart.js puts the ticks of a logarithmic axis at powers of ten, and ratios lie between two.
  // Even steps over a narrow range, even ratios over a wide one, as many as there is room for.
  const ratios = [[0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10, 20, 50, 100],
    [0.01, 0.05, 0.2, 0.5, 1, 2, 5, 20, 100], [0.01, 0.1, 1, 10, 100]];
  const steps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];
  const ticks = ({min, max}, room) => {
    const inside = (values) => values.filter((value) => value >= min && value <= max);
    const even = (step) => inside(Array.from({length: Math.ceil(max / step)},
      (_, index) => Number(((index + 1) * step).toPrecision(6))));
    const choices = max / min > 3 ? ratios.map(inside) :
      steps.filter((step) => (max - min) / step < 50).map(even);
    return (choices.find((values) => values.length <= room) || [1]).map((value) => ({value}));
  };

  // rows: {row, comparison} with a ratio each; says(comparison) is its verdict in words.
  const config = (rows, axisTitle, says) => {
    const {strong, line} = chartStyle.colours();
    const axis = axisRange(rows);
    const styles = rows.map(({row}) => chartStyle.of(row.key));
    const colors = styles.map(({color}) => color);
    return {
      type: 'bar',
      data: {
        labels: rows.map(({row}) => Ringside.dom.clean(row.key)),
        datasets: [{
          type: 'line', label: 'ratio', showLine: false, order: 0,
          data: rows.map(({comparison}) => comparison.ratio), pointRadius: 4.5, pointHoverRadius: 7,
          pointStyle: styles.map(({marker}) => marker), pointBorderWidth: 2,
          pointBackgroundColor: colors, pointBorderColor: colors,
        }, {
          label: 'interval', order: 1, barThickness: 11,
          backgroundColor: colors.map((color) => chartStyle.translucent(color, 0.4)),
          data: rows.map(({comparison: {interval_low: low, interval_high: high}}) =>
            low === null ? null : [low, high]),
        }],
      },
      options: {
        indexAxis: 'y',
        interaction: {mode: 'index', axis: 'y', intersect: false},
        scales: {
          x: {type: 'logarithmic', ...axis,
            afterBuildTicks: (scale) => { scale.ticks = ticks(axis, scale.chart.width / 75); },
            ticks: {callback: (value) => String(value), maxRotation: 0},
            grid: {color: ({tick}) => tick && tick.value === 1 ? strong : line,
              lineWidth: ({tick}) => tick && tick.value === 1 ? 2 : 1},
            title: {display: true, text: axisTitle}},
          y: {grid: {display: false}},
        },
        plugins: {
          legend: {display: false},
          tooltip: {filter: (item) => item.datasetIndex === 0, callbacks: {
            label: ({dataIndex}) => {
              const {comparison} = rows[dataIndex];
              return `${format.ratio(comparison.ratio)} (${comparison.interval_low === null ?
                comparison.reason :
                format.range(comparison.interval_low, comparison.interval_high)}), ` +
                says(comparison);
            }}},
        },
      },
    };
  };

  Ringside.ratioPlot = {config, height: (rows) => rows.length * 34 + 64};
})();
