// The figures that rows and runs are compared by, in words and units. What a run's own rows are
// compared by also says where a row has it.
(() => {
  Ringside.metrics = {
    throughput_ops_per_s: {
      name: () => 'throughput', higherIsBetter: true,
      value: (row) => row.throughput_ops_per_s,
      unit: (group) => `${group.operation}s per second`, format: Ringside.format.count,
    },
    cpu_ns_per_op: {
      name: (group) => `CPU per ${group.operation}`, higherIsBetter: false,
      value: (row) => row.cpu && row.cpu.total_ns_per_op,
      unit: (group) => `CPU per ${group.operation}`, format: Ringside.format.duration,
    },
    latency_p50_ns: {
      name: () => 'median latency', higherIsBetter: false,
      value: (row) => row.latency_ns.p50, unit: () => 'latency', format: Ringside.format.duration,
    },
    latency_p99_ns: {
      name: () => 'p99 latency', higherIsBetter: false,
      value: (row) => row.latency_ns.p99, unit: () => 'latency', format: Ringside.format.duration,
    },
    context_switches_per_op: {
      name: (group) => `context switches per ${group.operation}`, higherIsBetter: false,
      format: Ringside.format.plain,
    },
    syscalls_per_op: {
      name: (group) => `system calls per ${group.operation}`, higherIsBetter: false,
      format: Ringside.format.plain,
    },
  };
})();
