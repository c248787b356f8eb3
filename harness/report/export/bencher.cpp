// Bencher Metric Format: benchmarks, their measures, and for each a value with its bounds.
#include "harness/report/export/export_format.hpp"
#include "harness/report/export/exported_row.hpp"
#include "harness/report/render/json_values.hpp"

namespace ringside {

std::string bencher_metric_format(const ComparedRun& run) {
  Json benchmarks = Json::object();
  for (const ExportedRow& row : exported_rows(run.trials, Zeros::keep)) {
    Json& measures = benchmarks[name_of(row, ':')];
    for (const ExportedFigure& figure : row.figures) {
      const MeanOfRounds mean = figure.mean();
      Json metric = {{"value", number(mean.value)}};
      if (mean.low) {
        metric["lower_value"] = number(*mean.low);
        metric["upper_value"] = number(*mean.high);
      }
      measures[std::string(figure.metric->measure)] = std::move(metric);
    }
  }
  return benchmarks.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace ringside
