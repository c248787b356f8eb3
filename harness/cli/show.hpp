// Showing what was found on standard output.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <CLI/App.hpp>

namespace ringside {

struct Analysis;
struct GateResult;
struct RunComparison;
struct RunFolder;

/// How it is shown: flags that every command that shows figures has.
struct ShowFlags {
  std::string format = "table";
  std::string color = "auto";
};

/// What --color takes.
std::vector<std::string_view> color_words();

/// Adds --format and --color; `flags` must live as long as `command` does.
void add_show_flags(CLI::App& command, ShowFlags& flags);

/// Throws Error for names that are unknown: before anything is measured.
void validate(const ShowFlags& flags);

/// Whether a program reads what is shown: then it is what was asked for, and losing it is an error.
/// A table is for people.
bool is_data(const ShowFlags& flags);

/// They throw Error when standard output cannot be written. `folder` is that of the analysis's run.
void show(const Analysis& analysis, const RunFolder& folder, const ShowFlags& flags);
void show(const RunComparison& comparison, const ShowFlags& flags);
void show(const GateResult& result, const ShowFlags& flags);

}  // namespace ringside
