// Figures as people read them: scaled, with three or four significant digits.
(() => {
  const space = '\u202f';  // narrow, and no line breaks there
  const times = [[1e9, 's'], [1e6, 'ms'], [1e3, 'µs'], [1, 'ns']];
  const counts = [[1e9, 'G'], [1e6, 'M'], [1e3, 'k'], [1, '']];
  const sizes = [[2 ** 30, 'GiB'], [2 ** 20, 'MiB'], [2 ** 10, 'KiB'], [1, 'B']];

  const significant = (value, digits = 3) => {
    if (value === 0) return '0';
    const magnitude = Math.floor(Math.log10(Math.abs(value)));
    return value.toFixed(Math.min(6, Math.max(0, digits - 1 - magnitude)));
  };

  const scaled = (units, digits) => (value) => {
    if (value === null || value === undefined || !Number.isFinite(value)) return '—';
    const [size, name] = units.find(([least]) => Math.abs(value) >= least) ||
      units[units.length - 1];
    return significant(value / size, digits) + (name ? space + name : '');
  };

  // On an axis "5.00 µs" beside "10.0 µs" says no more than "5 µs" beside "10 µs".
  const tick = (show) => (value) =>
    show(value).replace(/\.(\d*?)0+(?=\D|$)/, (_, digits) => digits === '' ? '' : `.${digits}`);

  const plain = (value) => value === null || value === undefined ? '—' : significant(value);

  const ratio = (value) => {
    if (value === null || value === undefined) return '—';
    if (value > 1000) return '>1000';
    if (value < 0.001) return '<0.001';
    return value >= 0.1 && value < 10 ? value.toFixed(3) : significant(value);
  };

  const range = (low, high) => low === null ? '—' : `${ratio(low)}–${ratio(high)}`;

  // A parameter or fact by its name, whose end is its unit.
  const byUnit = (name, value) => {
    if (value === null || value === undefined) return '—';
    if (typeof value === 'boolean') return value ? 'yes' : 'no';
    if (typeof value !== 'number') return String(value);
    if (name.endsWith('_bytes') || name === 'bytes') return exactly(sizes, value);
    if (name.endsWith('_ns')) return exactly(times, value);
    return String(value);
  };

  // Parameters are round numbers, and are shown as such.
  const exactly = (units, value) => {
    const [size, name] = units.find(([least]) => Math.abs(value) >= least) ||
      units[units.length - 1];
    return `${Number((value / size).toPrecision(4))}${space}${name}`;
  };

  const label = (name) => name.replace(/_(bytes|ns)$/, '').replace(/_/g, ' ');

  Ringside.format = {
    duration: scaled(times, 3), count: scaled(counts, 4), bytes: scaled(sizes, 3),
    plain, ratio, range, byUnit, label, tick,
  };
})();
