#include <string>
#include <vector>

#include "harness/record/run_folder.hpp"
#include "harness/report/compare/changes.hpp"
#include "harness/report/compare/compare_formats.hpp"
#include "harness/report/compare/compared_run.hpp"
#include "harness/report/compare/machines.hpp"
#include "harness/report/compare/run_comparison.hpp"
#include "harness/report/html/html.hpp"
#include "harness/report/render/formats.hpp"
#include "harness/report/render/repeat.hpp"

namespace ringside {

namespace {

HtmlRun side(const ComparedRun& run) {
  return {.name = RunFolder{run.name}.name(),
          .summary = summary(analyse(run.trials)),
          .run = run.run,
          .run_reason = run.run.is_null() ? "there is no run.json beside the trials" : "",
          .command = how_to_repeat(run.run).command};
}

std::string command_of_page(const ComparedRun& base, const ComparedRun& head) {
  std::vector<std::string> words = {"ringside", "report", base.name, head.name};
  if (!differences(base, head).grave.empty()) words.emplace_back("--allow-different-machines");
  return shell_quoted(words);
}

}  // namespace

std::string compare_html(const RunComparison& comparison, const ComparedRun& base,
                         const ComparedRun& head) {
  Json findings = Json::array();
  for (const Sentence& sentence : what_changed(comparison)) {
    findings.push_back({{"text", sentence.text}, {"warning", sentence.warning}});
  }
  return html(HtmlComparison{.comparison = compare_value(comparison),
                             .findings = std::move(findings),
                             .base = side(base),
                             .head = side(head),
                             .command = command_of_page(base, head)});
}

}  // namespace ringside
