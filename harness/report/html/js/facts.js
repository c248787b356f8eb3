// What run.json says of run and machine, as lists of names and values.
(() => {
  const {format} = Ringside;

  // Any program may have written the file, and an older one fewer members.
  const list = (value) => Array.isArray(value) ? value : [];

  // {cpu: {cores: 2}} becomes ["cpu, cores", "2"]: a machine's facts are a tree, a page a list.
  const flatten = (value, path = []) => {
    if (value === undefined) return [];
    if (value === null || typeof value !== 'object') {
      return [[path.join(', '), format.byUnit(path[path.length - 1] || '', value)]];
    }
    if (Array.isArray(value) && value.every((one) => one === null || typeof one !== 'object')) {
      return [[path.join(', '), value.length ? value.join(', ') : '—']];
    }
    return Object.entries(value).flatMap(([name, one]) =>
      flatten(one, [...path, Array.isArray(value) ? `${Number(name) + 1}` : format.label(name)]));
  };

  const ofRun = (run) => [
    ['started', run.started_at],
    ['finished', run.interrupted ? `${run.finished_at} (interrupted)` :
      run.finished_at || 'never: it was killed, or goes on'],
    ['Ringside', run.ringside_version], ['git revision', run.git_revision || 'unknown'],
    ['seed', String(run.seed)], ...flatten(run.cpus, ['CPUs']),
    ...(run.load ? flatten(run.load, ['load']) : [])];

  Ringside.facts = {list, flatten, ofRun};
})();
