// What can be varied in a scenario. Each has one table of it; flags and their help, job files,
// profiles, checks, sweeps and the form in results all come from that table.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace ringside {

struct Scenario;

/// How much is measured where no flag says otherwise.
enum class Profile { quick, standard, thorough };

/// The values of a parameter in each profile, written as a user would: "1,64".
struct ProfileValues {
  /// Most are the same in all of them.
  constexpr ProfileValues(std::string_view everywhere = {})
      : quick(everywhere), standard(everywhere), thorough(everywhere) {}
  constexpr ProfileValues(std::string_view in_quick, std::string_view in_standard,
                          std::string_view in_thorough)
      : quick(in_quick), standard(in_standard), thorough(in_thorough) {}

  constexpr std::string_view of(Profile profile) const noexcept {
    return profile == Profile::quick ? quick : profile == Profile::standard ? standard : thorough;
  }

  std::string_view quick, standard, thorough;
};

enum class ParameterKind {
  count,   ///< a whole number
  bytes,   ///< a size, as in "4KiB"; a number in results
  toggle,  ///< false unless its flag is given
  text,    ///< what `read` makes of it
};

/// One parameter of a scenario.
struct Parameter {
  std::string_view name;  ///< in results, with its unit: "payload_bytes"
  std::string_view
      flag{};  ///< "--payload"; empty: nobody can change it yet. Scenarios may share one
  ParameterKind kind = ParameterKind::count;
  std::string_view help{};  ///< without a full stop; that a list is a sweep is added
  ProfileValues values{};   ///< empty: null, or false of a toggle
  std::uint64_t least = 1;  ///< of counts and bytes
  std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  std::string_view advice{};   ///< goes on after "use 1 to 1024"
  bool swept = true;           ///< a list is a sweep; else there is one value
  std::string_view follows{};  ///< the parameter before it whose value it has where none is given
  /// Of texts: takes apart all that one flag was given, in which commas may mean anything. A value
  /// that is an object sets several members of the parameters. Throws Error.
  std::vector<Json> (*read)(std::string_view text) = nullptr;
  std::vector<std::string_view> (*words)() = nullptr;  ///< of texts: the only ones there are
  bool is_path = false;                                ///< of texts: of a file or folder
};

/// What the user has given for parameters; the rest is the profile's.
struct GivenParameters {
  Profile profile = Profile::quick;
  std::map<std::string, std::vector<std::string>, std::less<>> by_flag{};  ///< none: not given
};

/// What the parameter is to be, in the form of results: several of a sweep, one null or false where
/// neither user nor profile say anything. Throws Error for what cannot be read or lies out of
/// bounds, naming flag, value and what would be right.
std::vector<Json> values_of(const Parameter& parameter, const GivenParameters& given);

/// Every set of parameters that is asked for, the first of the table varying slowest. Throws Error
/// for values that cannot be, alone or together (Scenario::check).
std::vector<Json> combinations(const Scenario& scenario, const GivenParameters& given);

/// What was asked for, by names: lists of those that are swept. For run.json.
Json describe_given(const Scenario& scenario, const GivenParameters& given);

/// For Parameter::read: one value, the text itself.
std::vector<Json> as_it_is(std::string_view text);

/// "a,b" as its parts, empty ones too.
std::vector<std::string> split_list(std::string_view text);

/// "--threads 3 with --connections 2 …": for the check of a scenario whose event loops each need a
/// connection. Throws Error.
void require_a_connection_for_each_loop(const Json& params);

}  // namespace ringside
