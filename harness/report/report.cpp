#include "harness/report/report.hpp"

#include "harness/report/formats.hpp"
#include "harness/report/page.hpp"
#include "harness/results/atomic_file.hpp"

namespace ringside {

namespace {

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
      return markdown(make_page(analysis));
    case Format::csv:
      return summary_csv(analysis);
    case Format::json:
      return summary_json(analysis);
  }
  return {};
}

Analysis analyse_folder(const RunFolder& folder) {
  return analyse(read_trials(folder));
}

Analysis write_report_files(const RunFolder& folder) {
  const TrialsRead read = read_trials(folder);
  Analysis analysis = analyse(read);
  write_file_atomically(folder.summary_csv(), summary_csv(analysis));
  write_file_atomically(folder.trials_csv(), trials_csv(read.trials));
  write_file_atomically(folder.percentiles_csv(), percentiles_csv(analysis));
  write_file_atomically(folder.summary_json(), render(analysis, Format::json));
  return analysis;
}

}  // namespace ringside
