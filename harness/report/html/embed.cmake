# Puts a page's sources together and writes them as the C++ string NAME_template.
file(READ "${PAGE}" page)
file(READ "${MAIN}" main)
file(READ "${STYLE}" style)
file(READ "${LICENCE}" licence)
file(READ "${CHART_JS}" chart_js)
set(code "")
foreach(module IN LISTS MODULES)
  file(READ "${module}" text)
  string(APPEND code "${text}\n")
endforeach()

string(REPLACE "{{main}}" "${main}" page "${page}")
string(REPLACE "{{style}}" "${style}" page "${page}")
string(REPLACE "{{licence}}" "${licence}" page "${page}")
string(REPLACE "{{chart_js}}" "${chart_js}" page "${page}")
string(REPLACE "{{code}}" "${code}" page "${page}")

file(WRITE "${OUTPUT}" "#include \"harness/report/html/page_template.hpp\"

namespace ringside {

const std::string_view ${NAME}_template = R\"ringside(${page})ringside\";

}  // namespace ringside
")
