// Files that other tools read unchanged, made from a run's trials.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "harness/report/compare/compared_run.hpp"
#include "harness/report/export/exported_row.hpp"

namespace ringside {

/// One format: a row of export_formats(). The writer sees nothing but what was read.
struct ExportFormat {
  std::string_view name;
  std::string_view summary;  ///< who reads it
  /// What it does with 0; none where it says itself why a figure is not there.
  std::optional<Zeros> zeros{};
  std::string (*write)(const ComparedRun& run) = nullptr;
};

/// Every format, in the order in which they are shown.
std::span<const ExportFormat> export_formats();

// The writers. docs/FORMAT.md says what is in each; a text ends in a newline. Those of
// github-action throw Error when there would be nothing in the file, which its reader refuses.
std::string google_benchmark(const ComparedRun& run);
std::string google_benchmark_medians(const ComparedRun& run);
std::string github_action_smaller(const ComparedRun& run);
std::string github_action_bigger(const ComparedRun& run);
std::string bencher_metric_format(const ComparedRun& run);
std::string benchstat(const ComparedRun& run);

}  // namespace ringside
