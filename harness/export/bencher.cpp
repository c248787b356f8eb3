// Bencher Metric Format: benchmarks, their measures, and for each a value with its bounds.
#include "harness/export/export_format.hpp"
#include "harness/export/exported_row.hpp"
#include "harness/report/json_values.hpp"

namespace ringside {

std::string bencher_metric_format(const ComparedRun& run) {
  Json benchmarks = Json::object();
  for (const ExportedRow& row : exported_rows(run.trials)) {
    Json& measures = benchmarks[name_of(row, ':')];
    for (const ExportedFigure& figure : row.figures) {
      Json metric = {{"value", number(figure.geometric_mean())}};
      if (figure.rounds.size() > 1) {
        const auto [low, high] = figure.interval();
        metric["lower_value"] = number(low);
        metric["upper_value"] = number(high);
      }
      measures[std::string(figure.metric->measure)] = std::move(metric);
    }
  }
  return benchmarks.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace ringside
