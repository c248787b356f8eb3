#include "harness/report/report.hpp"

#include <utility>

#include "base/error.hpp"
#include "harness/report/formats.hpp"
#include "harness/report/html/html.hpp"
#include "harness/report/page.hpp"
#include "harness/results/atomic_file.hpp"

namespace ringside {

namespace {

/// What the page shows. When run.json cannot be read, the page says why.
HtmlRun page_of(const RunFolder& folder, Json summary) {
  HtmlRun page;
  page.name = folder.name();
  page.summary = std::move(summary);
  try {
    page.run = read_run_json(folder);
    page.command = how_to_repeat(page.run).command;
  } catch (const Error& error) {
    page.run_reason = error.what();
  }
  return page;
}

/// Damage to the file that was read becomes the first finding.
Analysis analyse(const TrialsRead& read) {
  Analysis analysis = analyse(read.trials);
  if (!read.warning.empty()) {
    analysis.findings.insert(analysis.findings.begin(),
                             {FindingKind::incomplete, true, std::nullopt, read.warning});
  }
  return analysis;
}

}  // namespace

std::string render(const Analysis& analysis, Format format, const RenderOptions& options) {
  switch (format) {
    case Format::table:
      return table(make_page(analysis), {.colour = options.colour, .ascii = options.ascii});
    case Format::markdown:
      return markdown(make_page(analysis), options.repeat);
    case Format::csv:
      return summary_csv(analysis);
    case Format::json:
      return summary_json(summary(analysis));
  }
  return {};
}

Analysis analyse_folder(const RunFolder& folder) {
  return analyse(read_trials(folder));
}

Repeat how_to_repeat(const RunFolder& folder) {
  try {
    return how_to_repeat(read_run_json(folder));
  } catch (const Error&) {
    return {};  // a report needs no more than the trials
  }
}

Analysis write_report_files(const RunFolder& folder) {
  const TrialsRead read = read_trials(folder);
  Analysis analysis = analyse(read);
  write_file_atomically(folder.summary_csv(), summary_csv(analysis));
  write_file_atomically(folder.trials_csv(), trials_csv(read.trials));
  write_file_atomically(folder.percentiles_csv(), percentiles_csv(analysis));
  const HtmlRun page = page_of(folder, summary(analysis));
  write_file_atomically(folder.summary_json(), summary_json(page.summary));
  write_file_atomically(folder.report_html(), html(page));
  return analysis;
}

}  // namespace ringside
