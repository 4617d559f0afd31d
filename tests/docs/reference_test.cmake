# The reference of the headers has no mistakes, and no class in it lacks its sentence. Members whose names speak for
# themselves need none.
#   cmake -DDOXYGEN=program -DDOXYFILE=file -P reference_test.cmake
file(READ ${DOXYFILE} settings)
string(APPEND settings "\nEXTRACT_ALL = NO\nWARN_IF_UNDOCUMENTED = YES\nWARN_AS_ERROR = NO\nGENERATE_HTML = NO\nGENERATE_XML = YES\n")
file(WRITE ${DOXYFILE}.check "${settings}")
execute_process(COMMAND ${DOXYGEN} ${DOXYFILE}.check OUTPUT_VARIABLE said ERROR_VARIABLE complained RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "doxygen ended with ${status}:\n${complained}")
endif()
string(REGEX REPLACE ";" "," complained "${complained}")
string(REGEX MATCHALL "[^\n]+" lines "${complained}")
list(FILTER lines EXCLUDE REGEX "warning: Member .* is not documented")
if(lines)
  list(JOIN lines "\n" text)
  message(FATAL_ERROR "doxygen complains:\n${text}")
endif()
