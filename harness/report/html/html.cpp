#include "harness/report/html/html.hpp"

#include <cassert>
#include <string_view>

#include "harness/report/html/page_template.hpp"

namespace ringside {

namespace {

constexpr std::string_view data_mark = "{{data}}";

/// Everything outside of ASCII, and what could end or open an element, becomes an escape of JSON.
std::string for_script_element(const Json& data) {
  constexpr bool ascii_only = true;
  const std::string text = data.dump(-1, ' ', ascii_only, Json::error_handler_t::replace);
  std::string escaped;
  escaped.reserve(text.size());
  for (const char c : text) {
    if (c == '<')
      escaped += "\\u003c";
    else if (c == '>')
      escaped += "\\u003e";
    else if (c == '&')
      escaped += "\\u0026";
    else
      escaped += c;
  }
  return escaped;
}

Json run_json(const HtmlRun& run) {
  return {{"name", run.name},
          {"summary", run.summary},
          {"run", run.run},
          {"run_reason", run.run_reason},
          {"command", run.command}};
}

std::string filled(std::string_view page_template, const Json& data) {
  const std::size_t mark = page_template.find(data_mark);
  assert(mark != std::string_view::npos);
  std::string page(page_template.substr(0, mark));
  page += for_script_element(data);
  page += page_template.substr(mark + data_mark.size());
  return page;
}

}  // namespace

std::string html(const HtmlRun& run) {
  // A list, so that pages of one run and of two have the same form.
  return filled(report_template, {{"runs", Json::array({run_json(run)})}});
}

std::string html(const HtmlComparison& comparison) {
  return filled(compare_template,
                {{"comparison", comparison.comparison},
                 {"findings", comparison.findings},
                 {"runs", Json::array({run_json(comparison.base), run_json(comparison.head)})},
                 {"command", comparison.command}});
}

}  // namespace ringside
