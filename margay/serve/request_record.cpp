// JSON with names that log collectors know.
#include "margay/serve/request_record.h"

#include <fmt/chrono.h>

#include "margay/core/json.h"
#include "margay/core/printable.h"

namespace margay::serve {
namespace {

std::string utc_text(std::chrono::system_clock::time_point time) {
  const auto since = time.time_since_epoch();
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(since).count() % 1000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(time)),
                     milliseconds);
}

}  // namespace

std::string format_access_line(const RequestRecord& record) {
  Json line{{"time", utc_text(record.begin)}, {"client", record.client},
            {"method", record.method},        {"path", record.path},
            {"status", record.status},        {"seconds", record.seconds},
            {"bytes_in", record.bytes_in},    {"bytes_out", record.bytes_out}};
  if (!record.model.empty()) line["model"] = record.model;
  if (record.pictures > 0) line["pictures"] = record.pictures;
  return printable_lines(format_json(line));
}

}  // namespace margay::serve
