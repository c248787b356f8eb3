#include "harness/cli/show.hpp"

#include <array>
#include <cstdio>

#include "base/names.hpp"
#include "harness/cli/terminal.hpp"
#include "harness/manual/known_values.hpp"
#include "harness/report/compare/compare_formats.hpp"
#include "harness/report/gate/gate_formats.hpp"
#include "harness/report/render/report.hpp"

namespace ringside {

namespace {

struct NamedFormat {
  std::string_view name;
  Format format;
};

constexpr auto formats = std::to_array<NamedFormat>({
    {"table", Format::table},
    {"markdown", Format::markdown},
    {"csv", Format::csv},
    {"json", Format::json},
});

struct NamedChoice {
  std::string_view name;
};

constexpr auto color_choices = std::to_array<NamedChoice>({{"auto"}, {"always"}, {"never"}});

Format format_of(const ShowFlags& flags) {
  return find_named("format", flags.format, formats).format;
}

RenderOptions options_of(const ShowFlags& flags) {
  return {.colour = use_colour(flags.color, stdout), .ascii = !utf8_locale()};
}

}  // namespace

std::vector<std::string_view> color_words() {
  return names_of(color_choices);
}

void add_show_flags(CLI::App& command, ShowFlags& flags) {
  const std::string group = "Output";
  know_words(command.add_option("--format", flags.format,
                                "Of standard output: table, markdown, csv or json"),
             names_of(formats))
      ->capture_default_str()
      ->group(group);
  know_words(command.add_option("--color", flags.color, "auto, always or never"), color_words())
      ->capture_default_str()
      ->group(group);
}

void validate(const ShowFlags& flags) {
  find_named("format", flags.format, formats);
  find_named("choice of colour", flags.color, color_choices);
}

bool is_data(const ShowFlags& flags) {
  return format_of(flags) != Format::table;
}

void show(const Analysis& analysis, const RunFolder& folder, const ShowFlags& flags) {
  RenderOptions options = options_of(flags);
  options.repeat = how_to_repeat(folder);
  put_output(render(analysis, format_of(flags), options));
}

void show(const RunComparison& comparison, const ShowFlags& flags) {
  put_output(render(comparison, format_of(flags), options_of(flags)));
}

void show(const GateResult& result, const ShowFlags& flags) {
  put_output(render(result, format_of(flags), options_of(flags)));
}

}  // namespace ringside
