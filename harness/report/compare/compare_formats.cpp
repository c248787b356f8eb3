#include "harness/report/compare/compare_formats.hpp"

#include "harness/report/render/formats.hpp"
#include "harness/report/render/repeat.hpp"

namespace ringside {

std::string render(const RunComparison& comparison, Format format, const RenderOptions& options) {
  switch (format) {
    case Format::table:
      return table(make_page(comparison), {.colour = options.colour, .ascii = options.ascii});
    case Format::markdown:
      return markdown(make_page(comparison), {});
    case Format::csv:
      return compare_csv(comparison);
    case Format::json:
      return compare_json(comparison);
  }
  return {};
}

}  // namespace ringside
