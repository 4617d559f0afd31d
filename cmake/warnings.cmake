# Warnings and sanitizers for everything of ours.
add_library(margay_warnings INTERFACE)
# GCC 12 warns of overlapping copies in "text" + std::string, where there are none.
target_compile_options(margay_warnings INTERFACE -Wall -Wextra -Wshadow $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> -Wnon-virtual-dtor -Woverloaded-virtual
                                                 $<$<CONFIG:Release>:-fno-math-errno>)
if(MARGAY_SANITIZE)
  add_compile_options(-fsanitize=${MARGAY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=${MARGAY_SANITIZE})
endif()
