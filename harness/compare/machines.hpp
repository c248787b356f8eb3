// Whether two runs may be compared at all: what of machine, settings and versions differs.
#pragma once

#include <string>
#include <vector>

namespace ringside {

struct ComparedRun;

struct RunDifferences {
  /// What makes figures of the two incomparable: processor, CPUs, kernel, what the load uses.
  std::vector<std::string> grave;
  /// What the reader should know.
  std::vector<std::string> slight;
};

/// Each a sentence with both values. What neither or only one of them says (no run.json) is slight:
/// it could not be checked.
RunDifferences differences(const ComparedRun& base, const ComparedRun& head);

}  // namespace ringside
