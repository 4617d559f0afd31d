// Writes and reads the history of a training: one table says which columns there are.
#include "margay/run/history.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/json.h"
#include "margay/data/table_file.h"

namespace margay::run {
namespace {

constexpr const char* kWhere = "run.history";
constexpr uint64_t kSizeLimitBytes = 256u << 20;

struct Column {
  std::string_view name;
  double EpochRecord::*value;
};

/// The numbers after `epoch`, in the order in which they are written.
constexpr std::array kColumns{
    Column{"seconds", &EpochRecord::seconds},
    Column{"images_per_second", &EpochRecord::images_per_second},
    Column{"learning_rate", &EpochRecord::learning_rate},
    Column{"loss", &EpochRecord::loss},
    Column{"accuracy", &EpochRecord::accuracy},
    Column{"val_loss", &EpochRecord::val_loss},
    Column{"val_accuracy", &EpochRecord::val_accuracy},
};

bool is_own_column(std::string_view name) {
  return name == "epoch" ||
         std::ranges::any_of(kColumns, [&](const Column& column) { return column.name == name; });
}

bool same_columns(const EpochRecord& a, const EpochRecord& b) {
  return std::ranges::equal(
      a.others, b.others, {}, [](const auto& other) { return other.first; },
      [](const auto& other) { return other.first; });
}

void require_same_columns(const History& history) {
  for (const EpochRecord& record : history)
    require(same_columns(history.front(), record), kWhere,
            fmt::format("epoch {} has other columns than epoch {}", record.epoch, history.front().epoch));
}

std::string csv_number(double value) {
  return std::isnan(value) ? std::string() : fmt::format("{}", value);
}

Json json_number(double value) {
  if (std::isnan(value)) return nullptr;
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return value;
}

/// The inverse of json_number; nothing for what it never writes.
std::optional<double> number_from(const Json& json) {
  if (json.is_number()) return json.get<double>();
  if (json.is_null()) return std::numeric_limits<double>::quiet_NaN();
  if (json == "Infinity") return std::numeric_limits<double>::infinity();
  if (json == "-Infinity") return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

/// Reads the lines of one file, so that every complaint can name the line.
class LineReader {
 public:
  explicit LineReader(std::string_view where) : where_(where) {}

  History read(std::string_view text) {
    History history;
    while (!text.empty()) {
      const size_t end = text.find('\n');
      const std::string_view line = text.substr(0, end);
      const bool ended = end != std::string_view::npos;
      ++line_;
      if (!ended && !Json::accept(line)) break;  // a crash cut it off while it was appended
      append(history, record_from(parse_json(line, fmt::format("{}, line {}", where_, line_))));
      text.remove_prefix(ended ? end + 1 : text.size());
    }
    return history;
  }

 private:
  [[noreturn]] void fail(std::string_view problem) const {
    throw FormatError(kWhere, fmt::format("{}, line {}: {}", where_, line_, problem),
                      "cut the file off before that line, or train again");
  }

  double number(const Json& json, std::string_view name) const {
    const std::optional<double> value = number_from(json);
    if (!value) fail(fmt::format("'{}' is {}, expected a number or null", name, json.type_name()));
    return *value;
  }

  EpochRecord record_from(const Json& json) const {
    if (!json.is_object()) fail(fmt::format("{}, expected an object", json.type_name()));
    EpochRecord record;
    const auto epoch = json.find("epoch");
    if (epoch == json.end() || !epoch->is_number_integer()) fail("'epoch' is not there or not an integer");
    if (*epoch < 1 || *epoch > kMostEpochs)
      fail(fmt::format("epoch {}, expected 1 to {}", describe_json(*epoch), kMostEpochs));
    record.epoch = epoch->get<int>();
    for (const Column& column : kColumns) {
      const auto found = json.find(std::string(column.name));
      if (found == json.end()) fail(fmt::format("no value named '{}'", column.name));
      record.*column.value = number(*found, column.name);
    }
    for (const auto& [name, value] : json.items())
      if (!is_own_column(name)) record.others.emplace_back(name, number(value, name));
    check_share(record.accuracy, "accuracy");
    check_share(record.val_accuracy, "val_accuracy");
    return record;
  }

  void check_share(double value, std::string_view name) const {
    if (value < 0 || value > 1) fail(fmt::format("'{}' is {}, expected 0 to 1", name, value));
  }

  void append(History& history, EpochRecord record) const {
    if (!history.empty() && record.epoch <= history.back().epoch)
      fail(fmt::format("epoch {} after epoch {}", record.epoch, history.back().epoch));
    if (!history.empty() && !same_columns(history.front(), record))
      fail("other columns than in the lines before");
    history.push_back(std::move(record));
  }

  std::string where_;
  int line_ = 0;
};

}  // namespace

double other_value(const EpochRecord& record, std::string_view name) {
  for (const auto& [other, value] : record.others)
    if (other == name) return value;
  return std::numeric_limits<double>::quiet_NaN();
}

std::string to_csv(const History& history) {
  require_same_columns(history);
  std::string text = "epoch";
  for (const Column& column : kColumns) text += fmt::format(",{}", column.name);
  if (!history.empty())
    for (const auto& [name, value] : history.front().others) text += ',' + data::format_csv_field(name);
  text += '\n';
  for (const EpochRecord& record : history) {
    text += std::to_string(record.epoch);
    for (const Column& column : kColumns) text += ',' + csv_number(record.*column.value);
    for (const auto& [name, value] : record.others) text += ',' + csv_number(value);
    text += '\n';
  }
  return text;
}

std::string to_jsonl(const History& history) {
  require_same_columns(history);
  std::string text;
  for (const EpochRecord& record : history) {
    Json line{{"epoch", record.epoch}};
    for (const Column& column : kColumns) line[std::string(column.name)] = json_number(record.*column.value);
    for (const auto& [name, value] : record.others) line[name] = json_number(value);
    text += format_json(line) + '\n';
  }
  return text;
}

const EpochRecord* best_epoch(const History& history) {
  const EpochRecord* best = nullptr;
  const auto is_better = [](const EpochRecord& a, const EpochRecord& b) {
    return a.val_accuracy > b.val_accuracy || (a.val_accuracy == b.val_accuracy && a.val_loss < b.val_loss);
  };
  for (const EpochRecord& record : history)
    if (!std::isnan(record.val_accuracy) && (best == nullptr || is_better(record, *best))) best = &record;
  return best;
}

History parse_history(std::string_view jsonl, std::string_view where) {
  return LineReader(where).read(jsonl);
}

History read_history(const std::filesystem::path& jsonl) {
  return parse_history(read_text_file(jsonl, kSizeLimitBytes), jsonl.string());
}

}  // namespace margay::run
