// The pictures of a run, as files: drawn by scripts/plot.py, which is part of the executable.
#pragma once

#include <filesystem>
#include <string>

namespace ringside {

class StopSignal;

/// Draws plots/ in a results folder from its summary.json, with Debian's Python and matplotlib, in
/// up to two minutes; gives up when `stop` is raised. Returns why plots are missing, in one line;
/// empty when all were drawn. Never throws: a run does without.
std::string make_plots(const std::filesystem::path& folder, const StopSignal& stop) noexcept;

}  // namespace ringside
