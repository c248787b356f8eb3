#include "harness/export/export_format.hpp"

#include "harness/report/repeat.hpp"
#include "harness/report/report.hpp"

namespace ringside {

namespace {

constexpr ExportFormat formats[] = {
    {"google-benchmark", "Google Benchmark's JSON with every round: its compare.py",
     google_benchmark},
    {"google-benchmark-medians",
     "the same with one median a name: github-action-benchmark, Bencher", google_benchmark_medians},
    {"github-action-smaller", "github-action-benchmark, customSmallerIsBetter",
     github_action_smaller},
    {"github-action-bigger", "github-action-benchmark, customBiggerIsBetter", github_action_bigger},
    {"bencher-bmf", "Bencher Metric Format", bencher_metric_format},
    {"benchstat", "the text of Go's benchmarks: benchstat", benchstat},
    {"csv", "summary.csv",
     [](const ComparedRun& run) { return render(analyse(run.trials), Format::csv); }},
    {"markdown", "the report, for a pull request",
     [](const ComparedRun& run) {
       RenderOptions options;
       if (!run.run.is_null()) options.repeat = how_to_repeat(run.run);
       return render(analyse(run.trials), Format::markdown, options);
     }},
};

}  // namespace

std::span<const ExportFormat> export_formats() {
  return formats;
}

}  // namespace ringside
