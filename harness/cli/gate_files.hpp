// Where people and continuous integration find what a gate said.
#pragma once

#include "harness/gate/gate_result.hpp"
#include "harness/results/run_folder.hpp"

namespace ringside {

/// Writes gate.json, gate.md and junit.xml into the folder, each atomically. Throws Error.
void write_gate_files(const RunFolder& folder, const GateResult& result);

/// Under GitHub Actions: appends the Markdown to the job's summary ($GITHUB_STEP_SUMMARY) and
/// prints annotations on standard output ($GITHUB_ACTIONS). Elsewhere it does nothing. Throws
/// Error when the summary cannot be written.
void tell_continuous_integration(const GateResult& result);

}  // namespace ringside
