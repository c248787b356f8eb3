// One side of a comparison of two runs, as it was read.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/record/measurement.hpp"

namespace ringside {

struct ComparedRun {
  std::string name;                 ///< for people: the path that was given
  std::vector<Measurement> trials;  ///< never empty when it was read by read_compared_run
  Json run;                         ///< run.json; null when there is none beside the trials
  std::string warning;              ///< where trials.jsonl is damaged; empty when it is not
};

/// Reads a results folder, or a file in the form of trials.jsonl with the run.json beside it, if
/// there is one. Damaged trials are read up to their damage. Throws Error when there is nothing to
/// compare in it.
ComparedRun read_compared_run(const std::filesystem::path& path);

}  // namespace ringside
