// How much `ringside run` measures where no flag says otherwise.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace ringside {

struct Options;

/// What each profile is, for --help.
std::string profile_help();

/// The names of the profiles.
std::vector<std::string_view> profile_names();

/// Sets in `options` what the profile called `name` says and `command` was not given a flag for.
/// Throws Error that names the profiles when there is none of that name.
void apply_profile(const std::string& name, const CLI::App& command, Options& options);

}  // namespace ringside
