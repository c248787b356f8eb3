#include "harness/report/export/export_format.hpp"

#include "harness/report/render/repeat.hpp"
#include "harness/report/render/report.hpp"

namespace ringside {

namespace {

constexpr ExportFormat formats[] = {
    {"google-benchmark", "Google Benchmark's JSON with every round: its compare.py",
     Zeros::leave_out, google_benchmark},
    {"google-benchmark-medians",
     "the same with one median a name: github-action-benchmark, Bencher", Zeros::leave_out,
     google_benchmark_medians},
    {"github-action-smaller", "github-action-benchmark, customSmallerIsBetter", Zeros::keep,
     github_action_smaller},
    {"github-action-bigger", "github-action-benchmark, customBiggerIsBetter", Zeros::keep,
     github_action_bigger},
    {"bencher-bmf", "Bencher Metric Format", Zeros::keep, bencher_metric_format},
    {"benchstat", "the text of Go's benchmarks: benchstat", Zeros::keep, benchstat},
    {"csv", "summary.csv", std::nullopt,
     [](const ComparedRun& run) { return render(analyse(run.trials), Format::csv); }},
    {"markdown", "the report, for a pull request", std::nullopt,
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
