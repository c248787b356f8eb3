# One package for several releases of Debian: these call fmt's and libevent's libraries by different
# names, and have different versions of liburing, of which a backend would report the one that it
# was built with. So the libraries whose versions a measurement depends on come along in the
# executable. What is left to the system is the same for all releases from the one of the build on.
#
# Included before libraries are looked for, with RINGSIDE_STATIC_LIBRARIES.

set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
# Debian has no archive of fmt. With everything in its headers nothing is left that needs the shared
# library, and the linker leaves that out.
add_compile_definitions(FMT_HEADER_ONLY=1)
add_link_options(LINKER:--as-needed)
