# How a line of the scenarios' list becomes a library and a row of the table (see CMakeLists.txt).

# ringside_scenario(NAME [MEASURED files…]): the folder NAME, which defines `const Scenario
# NAME_scenario`. MEASURED is what runs while something is measured: compiled file by file, as cells
# are. The rest is compiled together, which takes a third of the time.
function(ringside_scenario NAME)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "MEASURED")
  set_property(GLOBAL APPEND PROPERTY RINGSIDE_SCENARIOS ${NAME})
  file(GLOB SOURCES CONFIGURE_DEPENDS ${NAME}/*.cpp)
  add_library(ringside_scenario_${NAME} STATIC ${SOURCES})
  target_link_libraries(ringside_scenario_${NAME} PUBLIC ringside_scenario)
  set_target_properties(ringside_scenario_${NAME} PROPERTIES UNITY_BUILD ${RINGSIDE_UNITY})
  list(TRANSFORM ARG_MEASURED PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/${NAME}/)
  set_source_files_properties(${ARG_MEASURED} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# ringside_scenario_table(TARGET FUNCTION): a library with `FUNCTION()`, the table of every scenario
# listed so far, in the order of the list; no registration by static initialisers.
function(ringside_scenario_table TARGET FUNCTION)
  get_property(NAMES GLOBAL PROPERTY RINGSIDE_SCENARIOS)
  set(DECLARATIONS "")
  set(ENTRIES "")
  set(LIBRARIES "")
  foreach(NAME ${NAMES})
    string(APPEND DECLARATIONS "extern const Scenario ${NAME}_scenario;\n")
    string(APPEND ENTRIES "      ${NAME}_scenario,\n")
    list(APPEND LIBRARIES ringside_scenario_${NAME})
  endforeach()
  configure_file(${PROJECT_SOURCE_DIR}/scenarios/table.cpp.in ${CMAKE_CURRENT_BINARY_DIR}/table.cpp
                 @ONLY)
  add_library(${TARGET} STATIC ${CMAKE_CURRENT_BINARY_DIR}/table.cpp)
  target_link_libraries(${TARGET} PUBLIC ${LIBRARIES})
endfunction()
