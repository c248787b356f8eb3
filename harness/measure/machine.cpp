#include "harness/measure/machine.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/error.hpp"
#include "harness/measure/kernel_text.hpp"

namespace ringside {

namespace {

namespace fs = std::filesystem;
using Text = Measured<std::string>;

/// The folders `prefix`0, `prefix`1, … below `folder`, as far as they go without a gap.
std::vector<fs::path> numbered(const fs::path& folder, std::string_view prefix) {
  std::vector<fs::path> found;
  std::error_code ignored;
  for (int number = 0;; ++number) {
    fs::path next = folder / fmt::format("{}{}", prefix, number);
    if (!fs::is_directory(next, ignored)) return found;
    found.push_back(std::move(next));
  }
}

std::vector<fs::path> entries(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code failure;
  for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    found.push_back(entry->path());
  }
  std::ranges::sort(found);
  return found;
}

Text field_of(const Text& text, std::string_view name, std::string_view file) {
  if (!text) return text;
  if (const auto value = field(*text, name)) return std::string(*value);
  return Text::unknown(fmt::format("{} has no '{}'", file, name));
}

/// PRETTY_NAME of os-release(5).
Text read_distribution(const fs::path& root) {
  const Text text = read_text(root / "etc/os-release");
  if (!text) return text;
  constexpr std::string_view key = "PRETTY_NAME=";
  for (std::string_view line : lines(*text)) {
    if (!line.starts_with(key)) continue;
    line.remove_prefix(key.size());
    if (line.size() >= 2 && line.front() == '"') line = line.substr(1, line.size() - 2);
    return std::string(line);
  }
  return Text::unknown("/etc/os-release has no PRETTY_NAME");
}

/// Virtual machines differ in where they say whose they are; each of these is enough.
Text name_hypervisor(const fs::path& root) {
  if (const Text type = read_text(root / "sys/hypervisor/type")) return type;
  const Text clocks =
      read_text(root / "sys/devices/system/clocksource/clocksource0/available_clocksource");
  constexpr auto makes = std::to_array<std::pair<std::string_view, const char*>>(
      {{"kvm-clock", "KVM"}, {"hyperv_clocksource_tsc_page", "Hyper-V"}, {"xen", "Xen"}});
  for (const auto& [clock, make] : makes) {
    if (clocks && clocks->find(clock) != std::string::npos) return std::string(make);
  }
  if (const Text vendor = read_text(root / "sys/class/dmi/id/sys_vendor")) return vendor;
  return std::string("of unknown make");
}

Text read_hypervisor(const fs::path& root, const Text& cpuinfo) {
  const Text flags = field_of(cpuinfo, "flags", "/proc/cpuinfo");
  if (!flags) return Text::unknown("only x86 CPUs say whether they are virtual: " + flags.reason);
  const std::vector<std::string_view> all = words(*flags);
  if (std::ranges::find(all, "hypervisor") == all.end()) return std::string("none");
  return name_hypervisor(root);
}

/// "32K" or "8M", as sysfs writes cache sizes.
std::uint64_t parse_cache_bytes(std::string_view text) {
  std::uint64_t unit = 1;
  if (text.ends_with('K')) unit = 1024;
  if (text.ends_with('M')) unit = 1024 * 1024;
  if (unit != 1) text.remove_suffix(1);
  return to_number<std::uint64_t>(text).value_or(0) * unit;
}

CpuSet parse_or_empty(const Text& list) {
  try {
    return list ? CpuSet::parse(*list) : CpuSet();
  } catch (const Error&) {
    return {};
  }
}

std::vector<Cache> read_caches(const fs::path& cpu_folder) {
  std::vector<Cache> caches;
  for (const fs::path& folder : numbered(cpu_folder / "cpu0/cache", "index")) {
    const Measured<int> level = read_number<int>(folder / "level");
    const Text type = read_text(folder / "type");
    const Text size = read_text(folder / "size");
    if (!level || !type || !size) continue;
    caches.push_back({.level = *level,
                      .type = *type,
                      .bytes = parse_cache_bytes(*size),
                      .shared_by = parse_or_empty(read_text(folder / "shared_cpu_list"))});
  }
  return caches;
}

/// intel_pstate says it the other way round than everybody else.
Measured<bool> read_turbo(const fs::path& cpu_folder) {
  if (const auto off = read_number<int>(cpu_folder / "intel_pstate/no_turbo")) return *off == 0;
  const Measured<int> boost = read_number<int>(cpu_folder / "cpufreq/boost");
  if (boost) return *boost != 0;
  return Measured<bool>::unknown("the frequency driver does not say: " + boost.reason);
}

std::vector<IdleState> read_idle_states(const fs::path& cpu_folder) {
  std::vector<IdleState> states;
  for (const fs::path& folder : numbered(cpu_folder / "cpu0/cpuidle", "state")) {
    const Text name = read_text(folder / "name");
    const auto latency = read_number<std::uint64_t>(folder / "latency");
    if (!name || !latency) continue;
    const Measured<int> disabled = read_number<int>(folder / "disable");
    states.push_back(
        {.name = *name, .exit_latency_us = *latency, .enabled = !disabled || *disabled == 0});
  }
  return states;
}

std::map<std::string, std::string> read_mitigations(const fs::path& cpu_folder) {
  std::map<std::string, std::string> mitigations;
  for (const fs::path& file : entries(cpu_folder / "vulnerabilities")) {
    if (const Text text = read_text(file)) mitigations[file.filename().string()] = *text;
  }
  return mitigations;
}

Measured<std::uint64_t> read_memory(const fs::path& root) {
  const Text total = field_of(read_text(root / "proc/meminfo"), "MemTotal", "/proc/meminfo");
  if (!total) return Measured<std::uint64_t>::unknown(total.reason);
  const std::vector<std::string_view> parts = words(*total);
  const auto kib = parts.empty() ? std::nullopt : to_number<std::uint64_t>(parts[0]);
  if (!kib) return Measured<std::uint64_t>::unknown("MemTotal is no number: " + *total);
  return *kib * 1024;
}

/// Virtio specification 1.2, 5.5: the memory balloon is device 5, and its feature bit 5 is
/// VIRTIO_BALLOON_F_REPORTING. sysfs writes features as a string of bits, bit 0 first.
Measured<bool> read_free_page_reporting(const fs::path& root) {
  constexpr std::size_t reporting_bit = 5;
  for (const fs::path& device : entries(root / "sys/bus/virtio/devices")) {
    const Text kind = read_text(device / "device");
    if (!kind || *kind != "0x0005") continue;
    const Text features = read_text(device / "features");
    if (!features) return Measured<bool>::unknown(features.reason);
    return features->size() > reporting_bit && (*features)[reporting_bit] == '1';
  }
  return false;
}

Measured<PortRange> read_local_ports(const fs::path& root) {
  const Text text = read_text(root / "proc/sys/net/ipv4/ip_local_port_range");
  if (!text) return Measured<PortRange>::unknown(text.reason);
  const std::vector<std::string_view> parts = words(*text);
  if (parts.size() == 2) {
    const auto first = to_number<std::uint32_t>(parts[0]);
    const auto last = to_number<std::uint32_t>(parts[1]);
    if (first && last) return PortRange{.first = *first, .last = *last};
  }
  return Measured<PortRange>::unknown("ip_local_port_range is not understood: " + *text);
}

Measured<double> read_load_average(const fs::path& root) {
  const Text text = read_text(root / "proc/loadavg");
  if (!text) return Measured<double>::unknown(text.reason);
  double load = 0;
  const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), load);
  if (failure == std::errc()) return load;
  return Measured<double>::unknown("/proc/loadavg is not understood: " + *text);
}

void read_cpus(Machine& machine, const fs::path& root, const Text& cpuinfo) {
  const fs::path folder = root / "sys/devices/system/cpu";
  machine.cpu_model = field_of(cpuinfo, "model name", "/proc/cpuinfo");
  machine.topology = read_topology(root);
  machine.allowed = parse_or_empty(
      field_of(read_text(root / "proc/self/status"), "Cpus_allowed_list", "/proc/self/status"));
  machine.caches = read_caches(folder);
  machine.frequency_driver = read_text(folder / "cpu0/cpufreq/scaling_driver");
  machine.governor = read_text(folder / "cpu0/cpufreq/scaling_governor");
  machine.turbo = read_turbo(folder);
  machine.idle_states = read_idle_states(folder);
  machine.mitigations = read_mitigations(folder);
}

void read_limits(Machine& machine, const fs::path& root) {
  machine.cgroup = read_cgroup_limits(root);
  const Text limits = read_text(root / "proc/self/limits");
  const std::string_view text = limits ? std::string_view(*limits) : std::string_view();
  machine.open_files = parse_limit(text, "Max open files");
  machine.processes = parse_limit(text, "Max processes");
  machine.locked_memory_bytes = parse_limit(text, "Max locked memory");
}

}  // namespace

Machine read_machine(const fs::path& root) {
  const Text cpuinfo = read_text(root / "proc/cpuinfo");
  const fs::path kernel = root / "proc/sys/kernel";
  Machine machine;
  machine.hostname = read_text(kernel / "hostname");
  machine.kernel = read_text(kernel / "osrelease");
  machine.distribution = read_distribution(root);
  machine.hypervisor = read_hypervisor(root, cpuinfo);
  read_cpus(machine, root, cpuinfo);
  machine.memory_bytes = read_memory(root);
  machine.free_page_reporting = read_free_page_reporting(root);
  machine.clock_source =
      read_text(root / "sys/devices/system/clocksource/clocksource0/current_clocksource");
  read_limits(machine, root);
  machine.io_uring_disabled = read_number<int>(kernel / "io_uring_disabled");
  machine.perf_event_paranoid = read_number<int>(kernel / "perf_event_paranoid");
  machine.local_ports = read_local_ports(root);
  machine.congestion_control = read_text(root / "proc/sys/net/ipv4/tcp_congestion_control");
  machine.somaxconn = read_number<int>(root / "proc/sys/net/core/somaxconn");
  machine.load_average = read_load_average(root);
  return machine;
}

Limit parse_limit(std::string_view limits, std::string_view name) {
  const auto amount = [](std::string_view text) -> Measured<double> {
    if (text == "unlimited") return std::numeric_limits<double>::infinity();
    const auto number = to_number<std::uint64_t>(text);
    if (number) return static_cast<double>(*number);
    return Measured<double>::unknown(fmt::format("not a limit: '{}'", text));
  };
  for (const std::string_view line : lines(limits)) {
    if (!line.starts_with(name)) continue;
    const std::vector<std::string_view> parts = words(line.substr(name.size()));
    if (parts.size() >= 2) return {.soft = amount(parts[0]), .hard = amount(parts[1])};
  }
  const std::string reason = fmt::format("/proc/self/limits has no '{}'", name);
  return {.soft = Measured<double>::unknown(reason), .hard = Measured<double>::unknown(reason)};
}

Measured<KernelVersion> parse_kernel_version(std::string_view release) {
  const auto dot = release.find('.');
  if (dot != std::string_view::npos) {
    const std::string_view rest = release.substr(dot + 1);
    const auto major = to_number<int>(release.substr(0, dot));
    const auto minor = to_number<int>(rest.substr(0, rest.find_first_not_of("0123456789")));
    if (major && minor) return KernelVersion{.major = *major, .minor = *minor};
  }
  return Measured<KernelVersion>::unknown(fmt::format("not a kernel release: '{}'", release));
}

}  // namespace ringside
