// Commands that the user gives as one text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ringside {

/// The words of a command, in the manner of a shell and without one: blanks separate, '…' and "…"
/// hold together, a backslash takes the next character as it is, in "…" only before '"' and '\'.
/// Nothing is expanded. Throws Error, naming `flag`, for quotes that do not end and for no words.
std::vector<std::string> split_command(std::string_view command, std::string_view flag);

}  // namespace ringside
