#include "harness/report/analysis/analysis.hpp"
#include "harness/report/analysis/percentile_axis.hpp"
#include "harness/report/render/csv_columns.hpp"
#include "harness/report/render/formats.hpp"

namespace ringside {

namespace {

/// Writes the curves of one group's rows; every line says whose it is, so that a data frame can
/// group by any of its columns.
class CurveWriter {
 public:
  CurveWriter(std::string& out, const OwnColumns& own, const Group& group)
      : out_(out), own_(own), group_(group) {}

  void write(const Row& row, std::string_view time, const Latencies& histogram) {
    for (const PercentilePoint& point : percentile_axis(histogram)) {
      CsvLine line;
      line.text(group_.scenario);
      own_.put_params(line, group_.params);
      line.text(row.backend).flag(row.control).flag(row.reference).text(time);
      out_ += line.figure(point.percentile).figure(point.ns).end();
    }
  }

 private:
  std::string& out_;
  const OwnColumns& own_;
  const Group& group_;
};

}  // namespace

std::string percentiles_csv(const Analysis& analysis) {
  OwnColumns own;
  for (const Group& group : analysis.groups) own.add_params(group.params);
  CsvLine header;
  header.text("scenario");
  own.put_param_names(header);
  for (const char* name : {"backend", "control", "reference", "time", "percentile", "latency_ns"}) {
    header.text(name);
  }
  std::string out = header.end();
  for (const Group& group : analysis.groups) {
    CurveWriter curves(out, own, group);
    for (const Row& row : group.rows) {
      curves.write(row, "latency", row.latency);
      for (const auto& [name, histogram] : row.times) curves.write(row, name, histogram);
    }
  }
  return out;
}

}  // namespace ringside
