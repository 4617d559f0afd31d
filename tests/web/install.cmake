# Installs the browser driver from npm. Without a way to its registry the page tests are skipped, except where CI is set.
execute_process(COMMAND ${NPM} ci --no-audit --no-fund --prefer-offline --fetch-retries=1
                RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(status EQUAL 0)
  return()
endif()
message("${output}")
if(NOT "$ENV{CI}" AND output MATCHES "ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|CERT")
  message("SKIPPED: npm cannot reach its registry")
else()
  message(FATAL_ERROR "npm ci failed")
endif()
