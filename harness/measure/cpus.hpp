// Sets of CPUs: as the user writes them, as the kernel grants them, and pinning to them.
#pragma once

#include <sys/types.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace ringside {

/// A set of CPU numbers as the kernel counts them, in ascending order. A value; may be empty.
class CpuSet {
 public:
  CpuSet() = default;
  CpuSet(std::initializer_list<int> cpus) : CpuSet(std::vector<int>(cpus)) {}
  explicit CpuSet(std::vector<int> cpus);

  /// Parses the form of cpuset(7), "List format": "0-3,5". Throws Error that names the part that is
  /// wrong; an empty text is an error as well.
  static CpuSet parse(std::string_view text);

  /// The CPUs on which the calling thread may run (sched_getaffinity), which is what taskset, a
  /// container or a job scheduler left to us. Throws Error.
  static CpuSet allowed();

  bool empty() const noexcept { return cpus_.empty(); }
  std::size_t size() const noexcept { return cpus_.size(); }
  int front() const { return cpus_.front(); }
  auto begin() const noexcept { return cpus_.begin(); }
  auto end() const noexcept { return cpus_.end(); }
  bool contains(int cpu) const noexcept;

  CpuSet united(const CpuSet& other) const;
  CpuSet common(const CpuSet& other) const;
  CpuSet without(const CpuSet& other) const;

  bool operator==(const CpuSet&) const = default;

 private:
  std::vector<int> cpus_;
};

/// The shortest list format, "0-3,5"; "none" when empty.
std::string to_string(const CpuSet& cpus);

/// Throws Error unless every CPU of `wanted` is in `allowed`. `wanted_by` names what asked for
/// them, for example "--backend-cpus".
void require_allowed(const CpuSet& wanted, const CpuSet& allowed, std::string_view wanted_by);

/// Binds the calling thread, and every thread it makes later, to `cpus`. Throws Error.
void pin_this_thread(const CpuSet& cpus);

/// Binds every thread that process `pid` has now, and those they make later. Best done while the
/// process has one thread, since one made during the call can escape, and where /proc does not list
/// them only the first is bound. Throws Error.
void pin_process(pid_t pid, const CpuSet& cpus);

}  // namespace ringside
