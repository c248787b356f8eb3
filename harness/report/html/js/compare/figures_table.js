// Compared figures as table rows, the same wherever they are shown.
(() => {
  const {data, format, table} = Ringside;

  const share = (value) => value === null ? '—' : `${(value * 100).toFixed(2)} %`;

  const probability = (value) => value !== null && value < 0.0005 ? '<0.001' :
    format.plain(value);

  const value = (side, show) => ({value: side.value, title: side.reason || undefined,
    text: (side.is_lower_bound ? '≥' : '') + show(side.value)});

  // Under the same names as in the CSV of `ringside compare`.
  const columns = [{key: 'metric', label: 'metric', width: 'one-line'},
    {key: 'base', label: 'base', numeric: true}, {key: 'base_reach', label: '±', numeric: true},
    {key: 'base_is_lower_bound', label: '≥', csvOnly: true},
    {key: 'head', label: 'head', numeric: true}, {key: 'head_reach', label: '±', numeric: true},
    {key: 'head_is_lower_bound', label: '≥', csvOnly: true},
    {key: 'ratio', label: 'head over base', numeric: true},
    {key: 'interval_low', label: 'from', numeric: true},
    {key: 'interval_high', label: 'to', numeric: true},
    {key: 'verdict', label: 'verdict', width: 'one-line'},
    {key: 'p_adjusted', label: 'p, adjusted', numeric: true},
    {key: 'interval_confidence', label: 'confidence', numeric: true},
    {key: 'smallest_visible_ratio', label: 'smallest visible', numeric: true},
    {key: 'base_rounds', label: 'rounds of base', numeric: true},
    {key: 'head_rounds', label: 'rounds of head', numeric: true},
    {key: 'reason', label: 'reason', width: 'long'}];

  const cells = (group, figure) => {
    const {base, head} = figure;
    const words = data.metrics[figure.metric];
    const ratio = (name) => table.number(figure[name], format.ratio, figure.reason || undefined);
    return [{...table.text(figure.metric), text: words.name(group)},
      value(base, words.format), table.number(base.reach, share),
      table.text(base.is_lower_bound),
      value(head, words.format), table.number(head.reach, share),
      table.text(head.is_lower_bound),
      ratio('ratio'), ratio('interval_low'), ratio('interval_high'),
      {...table.text(figure.verdict), tone: Ringside.grid.tones[figure.verdict]},
      table.number(figure.p_adjusted, probability),
      table.number(figure.interval_confidence, share),
      ratio('smallest_visible_ratio'), table.number(base.rounds, String),
      table.number(head.rounds, String), table.text(figure.reason)];
  };

  Ringside.figuresTable = {columns, cells};
})();
