// The custom tools of github-action-benchmark: one file of figures that should shrink, one of
// figures that should grow.
#include <fmt/format.h>

#include "base/error.hpp"
#include "harness/report/analysis/run_metric.hpp"
#include "harness/report/export/export_format.hpp"
#include "harness/report/export/exported_row.hpp"
#include "harness/report/render/json_values.hpp"

namespace ringside {

namespace {

Json entry(const ExportedRow& row, const ExportedFigure& figure) {
  const MeanOfRounds mean = figure.mean();
  Json one = {{"name", fmt::format("{}/{}", name_of(row, ':'), figure.metric->suffix)},
              {"unit", figure.metric->unit},
              {"value", number(mean.value)}};
  if (mean.high && mean.value > 0) {
    one["range"] = fmt::format("± {:.2g} %", (*mean.high / mean.value - 1) * 100);
  }
  one["extra"] =
      fmt::format("mean of {} round{}", figure.rounds.size(), figure.rounds.size() == 1 ? "" : "s");
  return one;
}

std::string entries(const ComparedRun& run, bool bigger) {
  Json list = Json::array();
  for (const ExportedRow& row : exported_rows(run.trials, Zeros::keep)) {
    for (const ExportedFigure& figure : row.figures) {
      if (figure.metric->metric->higher_is_better == bigger) list.push_back(entry(row, figure));
    }
  }
  if (list.empty()) {
    throw Error(fmt::format("nothing in {} has a figure of which {} is better", run.name,
                            bigger ? "more" : "less"),
                bigger
                    ? "throughput that is only a lower bound is left out; CPU per operation is in "
                      "github-action-smaller"
                    : "`ringside report` says why");
  }
  return list.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string github_action_smaller(const ComparedRun& run) {
  return entries(run, false);
}

std::string github_action_bigger(const ComparedRun& run) {
  return entries(run, true);
}

}  // namespace ringside
