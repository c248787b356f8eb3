// What this machine is: the facts that belong beside every result.
#pragma once

#include <compare>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/measured.hpp"
#include "harness/measure/cgroup.hpp"
#include "harness/measure/cpus.hpp"
#include "harness/measure/topology.hpp"

namespace ringside {

/// A cache as CPU 0 sees it.
struct Cache {
  int level = 0;
  std::string type;         ///< "Data", "Instruction" or "Unified"
  std::uint64_t bytes = 0;  ///< of this one cache
  CpuSet shared_by;
};

/// A limit of this process. Infinity means that there is none.
struct Limit {
  Measured<double> soft;
  Measured<double> hard;  ///< up to which the process may raise the soft one by itself
};

/// A sleep that CPU 0 may fall into when it has nothing to do.
struct IdleState {
  std::string name;
  std::uint64_t exit_latency_us = 0;  ///< how long waking up takes, as the driver states it
  bool enabled = true;
};

/// The local ports that the kernel gives to connecting sockets, both ends included.
struct PortRange {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

/// A value: the machine at one moment. Nothing in it tells who uses the machine or which of many
/// alike it is, save its host name: no serial numbers, no user names, no network addresses.
struct Machine {
  Measured<std::string> hostname;
  Measured<std::string> kernel;        ///< release: "6.1.0-18-amd64"
  Measured<std::string> distribution;  ///< "Debian GNU/Linux 12 (bookworm)"
  Measured<std::string> hypervisor;    ///< "KVM"; "none" on bare metal; "of unknown make"

  Measured<std::string> cpu_model;
  Topology topology;  ///< of the CPUs that are online
  CpuSet allowed;     ///< CPUs this process may use
  std::vector<Cache> caches;
  Measured<std::string> frequency_driver;
  Measured<std::string> governor;  ///< of CPU 0
  Measured<bool> turbo;            ///< whether a CPU may run faster than its nominal frequency
  std::vector<IdleState> idle_states;
  std::map<std::string, std::string> mitigations;  ///< by vulnerability, in the kernel's words

  Measured<std::uint64_t> memory_bytes;
  Measured<bool> free_page_reporting;  ///< freed memory goes back to the host (virtio_balloon)
  Measured<std::string> clock_source;

  CgroupLimits cgroup;
  Limit open_files;
  Limit processes;
  Limit locked_memory_bytes;

  Measured<int> io_uring_disabled;    ///< kernel.io_uring_disabled: 0 no, 1 unprivileged, 2 all
  Measured<int> perf_event_paranoid;  ///< kernel.perf_event_paranoid
  Measured<PortRange> local_ports;    ///< net.ipv4.ip_local_port_range
  Measured<std::string> congestion_control;  ///< net.ipv4.tcp_congestion_control: "cubic"
  Measured<int> somaxconn;        ///< net.core.somaxconn: longest queue of waiting connections
  Measured<double> load_average;  ///< runnable and disk-waiting tasks, over the last minute
};

/// Reads /proc, /sys and /etc/os-release under `root` once; a fake tree serves tests. Never throws:
/// what cannot be read says why. Takes some milliseconds.
Machine read_machine(const std::filesystem::path& root = "/");

/// The manifest's form of a machine; null where a fact could not be read.
Json to_json(const Machine& machine);

/// For run.json: this machine, and how this executable was built.
Json machine_manifest();

/// "Max open files" or the like from the text of /proc/PID/limits.
Limit parse_limit(std::string_view limits, std::string_view name);

/// A kernel release as comparable numbers. "6.1.0-18-amd64" is 6 and 1.
struct KernelVersion {
  int major = 0;
  int minor = 0;

  auto operator<=>(const KernelVersion&) const = default;
};

Measured<KernelVersion> parse_kernel_version(std::string_view release);

}  // namespace ringside
