#include "harness/report/report.hpp"

#include "harness/report/formats.hpp"
#include "harness/report/page.hpp"
#include "harness/results/atomic_file.hpp"

namespace ringside {

std::string render(const Analysis& analysis, Format format, const RenderOptions& options) {
  switch (format) {
    case Format::table:
      return table(make_page(analysis), {.colour = options.colour, .ascii = options.ascii});
    case Format::markdown:
      return markdown(make_page(analysis));
    case Format::csv:
      return csv(analysis);
    case Format::json:
      return summary_json(analysis);
  }
  return {};
}

Analysis analyse_folder(const RunFolder& folder) {
  const TrialsRead read = read_trials(folder);
  Analysis analysis = analyse(read.trials);
  if (!read.warning.empty()) {
    analysis.findings.insert(analysis.findings.begin(),
                             {FindingKind::incomplete, true, std::nullopt, read.warning});
  }
  return analysis;
}

Analysis write_report_files(const RunFolder& folder) {
  Analysis analysis = analyse_folder(folder);
  write_file_atomically(folder.summary_csv(), render(analysis, Format::csv));
  write_file_atomically(folder.summary_json(), render(analysis, Format::json));
  return analysis;
}

}  // namespace ringside
