#include "harness/cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include <fmt/format.h>

#include "base/text.hpp"

namespace ringside {

namespace {

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

}  // namespace

bool use_colour(std::string_view choice, std::FILE* stream) {
  if (choice != "auto") return choice == "always";
  return can_rewrite_line(stream) && variable("NO_COLOR").empty();
}

bool can_rewrite_line(std::FILE* stream) {
  return ::isatty(::fileno(stream)) == 1 && variable("TERM") != "dumb";
}

bool utf8_locale() {
  // The first that is set and not empty decides, see locale(7).
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string_view locale = variable(name);
    if (locale.empty()) continue;
    return locale.ends_with(".UTF-8") || locale.ends_with(".utf8") ||
           locale.find(".UTF-8@") != std::string_view::npos;
  }
  return false;
}

void put_output(std::string_view text) {
  const int failure = write_all(STDOUT_FILENO, text);
  if (failure == 0) return;
  throw_errno("cannot write to standard output", failure,
              "send it to a file with room for it, or to a program that reads it to its end");
}

void tell(const Error& error) noexcept {
  tell(fmt::format("ringside: {}\n", printable(error.what())));
  if (!error.mend().empty()) tell(fmt::format("  mend: {}\n", printable(error.mend())));
}

int terminal_columns() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace ringside
