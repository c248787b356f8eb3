// Reading a run back, judged by the laws.
#pragma once

#include <filesystem>

#include "harness/record/run_folder.hpp"

namespace ringside {

/// read_trials, after which trials that break a law are invalid, also those of a ringside that did
/// not check. Throws as it does.
TrialsRead read_judged_trials(const RunFolder& folder);

/// The same of a file in the form of trials.jsonl; the folder it lies in may have a run.json, which
/// says what CPUs there were.
TrialsRead read_judged_trials_file(const std::filesystem::path& path);

}  // namespace ringside
