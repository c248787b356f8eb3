// Where people and continuous integration find what a gate said.
#pragma once

#include <vector>

#include "base/error.hpp"
#include "harness/record/run_folder.hpp"
#include "harness/report/gate/gate_result.hpp"

namespace ringside {

/// Writes gate.json, gate.md and junit.xml into the folder, each atomically. Those that cannot be
/// written are added to `unwritten`.
void write_gate_files(const RunFolder& folder, const GateResult& result,
                      std::vector<Error>& unwritten);

/// Under GitHub Actions: appends the Markdown to the job's summary ($GITHUB_STEP_SUMMARY) and
/// prints annotations ($GITHUB_ACTIONS), on standard error where standard output is for a program
/// to read. Elsewhere it does nothing. What cannot be written is told on standard error, and
/// changes nothing.
void tell_continuous_integration(const GateResult& result, bool output_is_data);

}  // namespace ringside
