#include "harness/measure/cgroup.hpp"

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "harness/measure/kernel_text.hpp"

namespace ringside {

namespace {

namespace fs = std::filesystem;

constexpr double no_limit = std::numeric_limits<double>::infinity();

bool in_list(std::string_view comma_separated, std::string_view wanted) {
  while (!comma_separated.empty()) {
    const auto comma = comma_separated.find(',');
    if (comma_separated.substr(0, comma) == wanted) return true;
    comma_separated.remove_prefix(comma == std::string_view::npos ? comma_separated.size()
                                                                  : comma + 1);
  }
  return false;
}

/// Where we are in the hierarchy that has the controller.
struct Membership {
  bool version_2 = false;
  std::string_view path;  ///< from the hierarchy's root, as far as our namespace shows it
};

/// `text` is /proc/self/cgroup: lines of "number:controllers:path"; version 2 is "0::path". A
/// controller is in one hierarchy only, and version 2 has those that version 1 has not.
std::optional<Membership> find_membership(std::string_view text, std::string_view controller) {
  std::optional<Membership> found;
  for (const std::string_view line : lines(text)) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) continue;
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    const std::string_view path = line.substr(second + 1);
    if (in_list(controllers, controller)) return Membership{.version_2 = false, .path = path};
    if (line.starts_with("0::")) found = Membership{.version_2 = true, .path = path};
  }
  return found;
}

/// A mount of a cgroup hierarchy: which part of it is shown, and where.
struct Mount {
  std::string_view part;
  std::string_view folder;
};

/// `text` is /proc/self/mountinfo, see proc(5): "id parent device part folder options … - type
/// source super-options".
std::optional<Mount> find_mount(std::string_view text, std::string_view controller,
                                bool version_2) {
  for (const std::string_view line : lines(text)) {
    const std::vector<std::string_view> all = words(line);
    const auto dash = std::ranges::find(all, "-");
    if (all.size() < 5 || all.end() - dash < 4) continue;
    const bool matches =
        version_2 ? dash[1] == "cgroup2" : dash[1] == "cgroup" && in_list(dash[3], controller);
    if (matches) return Mount{.part = all[3], .folder = all[4]};
  }
  return std::nullopt;
}

/// `path` seen from within `part` of the same hierarchy; empty when it lies outside.
fs::path within(std::string_view path, std::string_view part) {
  if (part == "/") return fs::path(path).relative_path();
  if (!path.starts_with(part)) return {};
  return fs::path(path.substr(part.size())).relative_path();
}

/// The first of `names` that `folder` has, as text. Version 1 and 2 call the same thing
/// differently.
std::optional<std::string> read_first(const fs::path& folder,
                                      std::initializer_list<const char*> names) {
  for (const char* const name : names) {
    if (const Measured<std::string> text = read_text(folder / name)) return *text;
  }
  return std::nullopt;
}

std::optional<double> parse_amount(std::string_view text) {
  if (text == "max") return no_limit;
  const auto number = to_number<std::int64_t>(text);
  if (!number) return std::nullopt;
  // Version 1 says "no limit" for memory as the greatest multiple of a page.
  constexpr std::int64_t page_bytes_at_most = 65536;
  if (*number > std::numeric_limits<std::int64_t>::max() - page_bytes_at_most) return no_limit;
  return static_cast<double>(*number);
}

std::optional<double> cpu_limit_of(const fs::path& folder) {
  if (const auto text = read_first(folder, {"cpu.max"})) {
    const Measured<double> limit = parse_cpu_max(*text);
    return limit.value;
  }
  const Measured<long> quota = read_number<long>(folder / "cpu.cfs_quota_us");
  const Measured<long> period = read_number<long>(folder / "cpu.cfs_period_us");
  if (!quota || !period || *period <= 0) return std::nullopt;
  return *quota < 0 ? no_limit : static_cast<double>(*quota) / static_cast<double>(*period);
}

Measured<double> tightest(std::string_view controller, const fs::path& root,
                          const std::function<std::optional<double>(const fs::path&)>& limit_of) {
  std::optional<double> least;
  for (const fs::path& folder : cgroup_folders(controller, root)) {
    const std::optional<double> limit = limit_of(folder);
    if (limit) least = std::min(least.value_or(no_limit), *limit);
  }
  if (least) return *least;
  return Measured<double>::unknown(
      fmt::format("the cgroup of this process has no {} controller", controller));
}

}  // namespace

std::vector<fs::path> cgroup_folders(std::string_view controller, const fs::path& root) {
  const Measured<std::string> memberships = read_text(root / "proc/self/cgroup");
  const Measured<std::string> mounts = read_text(root / "proc/self/mountinfo");
  if (!memberships || !mounts) return {};
  const std::optional<Membership> membership = find_membership(*memberships, controller);
  if (!membership) return {};
  const std::optional<Mount> mount = find_mount(*mounts, controller, membership->version_2);
  if (!mount) return {};

  const fs::path top = root / fs::path(mount->folder).relative_path();
  std::vector<fs::path> folders;
  for (fs::path below = within(membership->path, mount->part); !below.empty();
       below = below.parent_path()) {
    folders.push_back(top / below);
  }
  folders.push_back(top);
  return folders;
}

Measured<std::uint64_t> throttled_periods(const fs::path& root) {
  std::optional<std::uint64_t> sum;
  for (const fs::path& folder : cgroup_folders("cpu", root)) {
    const Measured<std::string> text = read_text(folder / "cpu.stat");
    if (!text) continue;
    for (const std::string_view line : lines(*text)) {
      const std::vector<std::string_view> parts = words(line);
      if (parts.size() != 2 || parts[0] != "nr_throttled") continue;
      sum = sum.value_or(0) + to_number<std::uint64_t>(parts[1]).value_or(0);
    }
  }
  if (sum) return *sum;
  return Measured<std::uint64_t>::unknown("the cgroup of this process has no cpu controller");
}

CgroupLimits read_cgroup_limits(const fs::path& root) {
  const auto amount_in = [](std::initializer_list<const char*> names) {
    return [names = std::vector<const char*>(names)](const fs::path& folder) {
      std::optional<double> amount;
      for (const char* const name : names) {
        if (const auto text = read_first(folder, {name})) return parse_amount(*text);
      }
      return amount;
    };
  };
  return {
      .cpus = tightest("cpu", root, cpu_limit_of),
      .memory_bytes = tightest("memory", root, amount_in({"memory.max", "memory.limit_in_bytes"})),
      .tasks = tightest("pids", root, amount_in({"pids.max"}))};
}

Measured<double> parse_cpu_max(std::string_view text) {
  const std::vector<std::string_view> parts = words(text);
  const auto period = parts.size() == 2 ? to_number<long>(parts[1]) : std::nullopt;
  const auto quota = period ? parse_amount(parts[0]) : std::nullopt;
  if (!quota || *period <= 0) {
    return Measured<double>::unknown(fmt::format("cpu.max is not understood: '{}'", text));
  }
  return *quota / static_cast<double>(*period);
}

}  // namespace ringside
