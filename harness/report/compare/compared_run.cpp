#include "harness/report/compare/compared_run.hpp"

#include <system_error>

#include <fmt/format.h>

#include "base/error.hpp"
#include "harness/laws/judged_run.hpp"
#include "harness/record/run_folder.hpp"

namespace ringside {

ComparedRun read_compared_run(const std::filesystem::path& path) {
  const bool is_file = std::filesystem::is_regular_file(path);
  const RunFolder folder{is_file ? path.parent_path() : path};
  TrialsRead read = read_judged_trials_file(is_file ? path : folder.trials_jsonl());
  if (read.trials.empty()) {
    throw Error(read.warning.empty() ? fmt::format("{} holds no trials", path.string())
                                     : fmt::format("no trial could be read: {}", read.warning),
                "name the folder of a run that measured something");
  }
  ComparedRun run{.name = path.string(),
                  .trials = std::move(read.trials),
                  .run = {},
                  .warning = std::move(read.warning)};
  // A link to what is not here counts as there: a store of large files keeps such.
  std::error_code unknown;
  const auto status = std::filesystem::symlink_status(folder.run_json(), unknown);
  if (std::filesystem::exists(status)) run.run = read_run_json(folder);
  return run;
}

}  // namespace ringside
