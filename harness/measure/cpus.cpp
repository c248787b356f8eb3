#include "harness/measure/cpus.hpp"

#include <sched.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <climits>
#include <iterator>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.hpp"
#include "harness/measure/kernel_text.hpp"
#include "harness/measure/process.hpp"

namespace ringside {

namespace {

// Linux can be built for at most this many CPUs (NR_CPUS on x86-64 with MAXSMP).
constexpr int cpu_limit = 8192;

using MaskWord = unsigned long;
constexpr int bits_per_word = static_cast<int>(sizeof(MaskWord) * CHAR_BIT);
// The kernel's form of a set: bit n of word n / 64 is CPU n. cpu_set_t is the same, but of a fixed
// length that machines with more than 1024 CPUs outgrow.
using Mask = std::vector<MaskWord>;

Mask to_mask(const CpuSet& cpus) {
  Mask mask(cpu_limit / bits_per_word, 0);
  for (const int cpu : cpus) {
    mask[static_cast<std::size_t>(cpu / bits_per_word)] |= MaskWord{1} << (cpu % bits_per_word);
  }
  return mask;
}

[[noreturn]] void refuse_list(std::string_view part, std::string_view why) {
  throw Error(fmt::format("'{}' is not a list of CPUs: {}", part, why),
              "write numbers and ranges, for example 0-3,5");
}

int parse_cpu(std::string_view text, std::string_view part) {
  const std::optional<int> cpu = to_number<int>(text);
  if (!cpu || *cpu < 0) refuse_list(part, fmt::format("'{}' is no CPU number", text));
  if (*cpu >= cpu_limit) refuse_list(part, fmt::format("the highest is {}", cpu_limit - 1));
  return *cpu;
}

void parse_part(std::string_view part, std::vector<int>& cpus) {
  const auto dash = part.find('-', 1);
  const int first = parse_cpu(part.substr(0, dash), part);
  const int last = dash == std::string_view::npos ? first : parse_cpu(part.substr(dash + 1), part);
  if (last < first) refuse_list(part, "the range runs backwards");
  for (int cpu = first; cpu <= last; ++cpu) cpus.push_back(cpu);
}

void pin(pid_t thread, const CpuSet& cpus) {
  const Mask mask = to_mask(cpus);
  const int result = ::sched_setaffinity(thread, mask.size() * sizeof(MaskWord),
                                         reinterpret_cast<const cpu_set_t*>(mask.data()));
  if (result == 0) return;
  throw_errno(fmt::format("cannot pin to CPUs {}", to_string(cpus)), errno,
              "choose CPUs that are online and that the cpuset of this process allows");
}

}  // namespace

CpuSet::CpuSet(std::vector<int> cpus) : cpus_(std::move(cpus)) {
  std::ranges::sort(cpus_);
  assert(cpus_.empty() || (cpus_.front() >= 0 && cpus_.back() < cpu_limit));
  cpus_.erase(std::unique(cpus_.begin(), cpus_.end()), cpus_.end());
}

CpuSet CpuSet::parse(std::string_view text) {
  std::vector<int> cpus;
  for (std::string_view rest = text;;) {
    const auto comma = rest.find(',');
    const std::string_view part = trim(rest.substr(0, comma));
    if (part.empty()) refuse_list(text, "a number is missing");
    parse_part(part, cpus);
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  return CpuSet(std::move(cpus));
}

CpuSet CpuSet::allowed() {
  Mask mask(cpu_limit / bits_per_word, 0);
  check(::sched_getaffinity(0, mask.size() * sizeof(MaskWord),
                            reinterpret_cast<cpu_set_t*>(mask.data())),
        "sched_getaffinity");
  std::vector<int> cpus;
  for (int cpu = 0; cpu < cpu_limit; ++cpu) {
    const MaskWord word = mask[static_cast<std::size_t>(cpu / bits_per_word)];
    if ((word >> (cpu % bits_per_word) & 1) != 0) cpus.push_back(cpu);
  }
  return CpuSet(std::move(cpus));
}

bool CpuSet::contains(int cpu) const noexcept {
  return std::ranges::binary_search(cpus_, cpu);
}

CpuSet CpuSet::united(const CpuSet& other) const {
  std::vector<int> cpus;
  std::ranges::set_union(cpus_, other.cpus_, std::back_inserter(cpus));
  return CpuSet(std::move(cpus));
}

CpuSet CpuSet::common(const CpuSet& other) const {
  std::vector<int> cpus;
  std::ranges::set_intersection(cpus_, other.cpus_, std::back_inserter(cpus));
  return CpuSet(std::move(cpus));
}

CpuSet CpuSet::without(const CpuSet& other) const {
  std::vector<int> cpus;
  std::ranges::set_difference(cpus_, other.cpus_, std::back_inserter(cpus));
  return CpuSet(std::move(cpus));
}

std::string to_string(const CpuSet& cpus) {
  std::vector<std::string> ranges;
  for (auto first = cpus.begin(); first != cpus.end();) {
    auto last = first;
    while (std::next(last) != cpus.end() && *std::next(last) == *last + 1) ++last;
    ranges.push_back(first == last ? fmt::to_string(*first) : fmt::format("{}-{}", *first, *last));
    first = std::next(last);
  }
  return ranges.empty() ? "none" : fmt::format("{}", fmt::join(ranges, ","));
}

void require_allowed(const CpuSet& wanted, const CpuSet& allowed, std::string_view wanted_by) {
  const CpuSet refused = wanted.without(allowed);
  if (refused.empty()) return;
  throw Error(fmt::format("{} asks for CPU {}, which this process may not use", wanted_by,
                          to_string(refused)),
              fmt::format("choose among CPUs {}", to_string(allowed)));
}

void pin_this_thread(const CpuSet& cpus) {
  pin(0, cpus);
}

void pin_process(pid_t pid, const CpuSet& cpus) {
  const Measured<std::vector<Task>> tasks = read_tasks(pid);
  // Those that it starts from now on inherit that of the first.
  if (!tasks) return pin(pid, cpus);
  for (const Task& task : *tasks) pin(task.id, cpus);
}

}  // namespace ringside
