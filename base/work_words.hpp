// What people call the work of a scenario.
#pragma once

#include <map>
#include <string>

namespace ringside {

/// The scenario says it, every trial carries it, and reports go by it: they know no scenario.
struct WorkWords {
  std::string operation{};  ///< what one is called: "message"; empty: nothing was said
  std::string unit{};       ///< its short form, "msg" in "k msg/s"
  bool by_bytes = false;    ///< its throughput is best told in bytes
  /// Parameters that are the same as another one unless the user asks for something else, and that
  /// one: a quorum is the whole fan-out.
  std::map<std::string, std::string> follows{};

  bool operator==(const WorkWords&) const = default;
};

}  // namespace ringside
