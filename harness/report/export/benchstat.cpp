// The text of Go's benchmarks (golang.org/design/14313-benchmark-format, and 43744 for units).
#include <cctype>

#include <fmt/format.h>

#include "base/text.hpp"
#include "harness/report/analysis/run_metric.hpp"
#include "harness/report/export/export_format.hpp"
#include "harness/report/export/exported_row.hpp"

namespace ringside {

namespace {

std::string go_name(const ExportedRow& row) {
  std::string name = name_of(row, '=');
  name.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(name.front())));
  return "Benchmark" + name;
}

struct RunFact {
  const char* key;
  const char* pointer;  // into run.json
  bool shared;          // must be equal for runs to be compared
};

/// Facts of the run. benchstat compares only files with the same configuration lines, so what
/// differs from run to run stands in lines that it passes over.
std::string configuration(const Json& run) {
  constexpr RunFact facts[] = {
      {"ringside-version", "/ringside_version", false},
      {"git-revision", "/git_revision", false},
      {"date", "/started_at", false},
      {"host", "/machine/hostname", false},
      {"kernel", "/machine/kernel", true},
      {"cpu", "/machine/cpu/model", true},
  };
  std::string lines;
  for (const RunFact& fact : facts) {
    const Json::json_pointer path(fact.pointer);
    if (!run.contains(path) || !run.at(path).is_string()) continue;
    lines += fmt::format("{}{}: {}\n", fact.shared ? "" : "# ", fact.key,
                         printable(run.at(path).get<std::string>()));
  }
  return lines;
}

}  // namespace

std::string benchstat(const ComparedRun& run) {
  std::string out = configuration(run.run);
  for (const ExportedMetric& metric : exported_metrics()) {
    out += fmt::format("Unit {} better={}\n", metric.go_unit,
                       metric.metric->higher_is_better ? "higher" : "lower");
  }
  out += '\n';
  for (const ExportedRow& row : exported_rows(run.trials, Zeros::keep)) {
    for (const auto& [round, ops] : row.ops) {
      std::string line = fmt::format("{} {}", go_name(row), ops);
      bool any = false;
      for (const ExportedFigure& figure : row.figures) {
        const auto found = figure.rounds.find(round);
        if (found == figure.rounds.end()) continue;
        line += fmt::format(" {:.9g} {}", found->second, figure.metric->go_unit);
        any = true;
      }
      if (any) out += line + '\n';
    }
  }
  return out;
}

}  // namespace ringside
