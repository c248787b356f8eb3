#include "harness/doctor/page.hpp"

#include <algorithm>

#include <fmt/color.h>
#include <fmt/format.h>

#include "base/text.hpp"
#include "harness/measure/kernel_text.hpp"

namespace ringside {

namespace {

constexpr std::size_t level_width = 7;  // of "warning"
constexpr std::size_t least_text_width = 30;

fmt::text_style style_of(Level level) {
  switch (level) {
    case Level::ok:
      return fmt::fg(fmt::terminal_color::green);
    case Level::note:
      return fmt::fg(fmt::terminal_color::cyan);
    case Level::warning:
      return fmt::fg(fmt::terminal_color::yellow);
    case Level::problem:
      break;
  }
  return fmt::fg(fmt::terminal_color::red) | fmt::emphasis::bold;
}

/// Breaks `text` between words so that lines after the first begin at column `indent`.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t columns) {
  const std::size_t width = std::max(least_text_width, columns > indent ? columns - indent : 0);
  std::string result;
  std::size_t used = 0;
  for (const std::string_view word : words(text)) {
    if (used > 0 && used + 1 + word.size() > width) {
      result += '\n' + std::string(indent, ' ');
      used = 0;
    } else if (used > 0) {
      result += ' ';
      ++used;
    }
    result += word;
    used += word.size();
  }
  return result;
}

}  // namespace

std::string to_text(const std::vector<Diagnosis>& findings, const PageStyle& style) {
  std::size_t name_width = 0;
  for (const Diagnosis& finding : findings) name_width = std::max(name_width, finding.name.size());
  const std::size_t indent = level_width + 2 + name_width + 2;

  std::string text;
  for (const Diagnosis& finding : findings) {
    const std::string level = fmt::format("{:<{}}", to_string(finding.level), level_width);
    text += style.colour ? fmt::format(style_of(finding.level), "{}", level) : level;
    text += fmt::format("  {:<{}}  {}\n", finding.name, name_width,
                        wrapped(printable(finding.finding), indent, style.columns));
    if (finding.mend.empty()) continue;
    text += std::string(indent, ' ') +
            wrapped("mend: " + printable(finding.mend), indent, style.columns) + '\n';
  }
  return text + '\n' + wrapped(verdict(findings), 0, style.columns) + ".\n";
}

Json to_json(const std::vector<Diagnosis>& findings) {
  Json checks = Json::array();
  for (const Diagnosis& finding : findings) {
    checks.push_back({{"name", finding.name},
                      {"level", to_string(finding.level)},
                      {"finding", finding.finding},
                      {"mend", finding.mend.empty() ? Json(nullptr) : Json(finding.mend)}});
  }
  return {{"schema", "ringside.doctor/1"}, {"verdict", verdict(findings)}, {"checks", checks}};
}

}  // namespace ringside
