#include "harness/cli/profiles.hpp"

#include <array>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/names.hpp"
#include "harness/plan/options.hpp"

namespace ringside {

namespace {

/// What a profile sets where the user says nothing. The values of scenarios' parameters are in
/// their tables.
struct NamedProfile {
  std::string_view name;
  std::string_view summary;
  Profile profile;
  int rounds;
  int cycles;
};

constexpr std::array<NamedProfile, 3> profiles{{
    {.name = "quick",
     .summary = "all scenarios, few parameters, some five minutes",
     .profile = Profile::quick,
     .rounds = 8,
     .cycles = 5},
    {.name = "standard",
     .summary = "1 to 512 connections, small and page-sized messages, many and large files, three "
                "quarters of an hour",
     .profile = Profile::standard,
     .rounds = 10,
     .cycles = 12},
    {.name = "thorough",
     .summary = "also deep pipelines, large messages, wide fan-out, many hours",
     .profile = Profile::thorough,
     .rounds = 20,
     .cycles = 12},
}};

bool given(const CLI::App& command, const std::string& name) {
  const CLI::Option* option = command.get_option_no_throw(name);
  return option != nullptr && option->count() > 0;
}

}  // namespace

std::string profile_help() {
  std::string text = "How much to measure where no flag says otherwise:";
  for (const NamedProfile& profile : profiles) {
    text += fmt::format(" {} ({});", profile.name, profile.summary);
  }
  text.back() = '.';
  return text;
}

std::vector<std::string_view> profile_names() {
  return names_of(profiles);
}

void apply_profile(const std::string& name, const CLI::App& command, Options& options) {
  const NamedProfile& profile = find_named("profile", name, profiles);
  options.parameters.profile = profile.profile;
  if (!given(command, "--rounds")) options.rounds = profile.rounds;
  if (!given(command, "--cycles")) options.cycles = profile.cycles;
}

}  // namespace ringside
