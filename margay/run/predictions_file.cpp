// Appends rows, each by one write, so that only the last can be torn.
#include "margay/run/predictions_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/file_lock.h"
#include "margay/core/json.h"
#include "margay/core/json_name.h"
#include "margay/core/lower_case.h"
#include "margay/core/new_file.h"
#include "margay/core/option_text.h"
#include "margay/data/table_file.h"

namespace margay::run {
namespace {

constexpr const char* kWhere = "run.predictions";
constexpr size_t kFixedColumns = 3;  // path, class, probability
constexpr size_t kLastColumns = 3;   // model, file, error

bool has_ending(const std::filesystem::path& path, std::string_view ending) {
  return lower_case(path.extension().string()) == ending;
}

int open_file(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (file < 0) throw io_error_from_errno(kWhere, fmt::format("cannot open {}", path.string()));
  struct stat facts {};
  if (::fstat(file, &facts) == 0 && S_ISREG(facts.st_mode)) return file;
  ::close(file);
  throw UsageError(kWhere, fmt::format("{} is no regular file", path.string()));
}

/// The descriptor of the locked file: another program may have put a new one in its place at its end.
int open_alone(const std::filesystem::path& path) {
  require(has_ending(path, ".csv") || has_ending(path, ".jsonl"), kWhere,
          fmt::format("{} is no name for answers", path.string()), "let it end in .csv or .jsonl");
  const std::optional<int> file = open_locked(path, [&] { return open_file(path); });
  require(file.has_value(), kWhere, fmt::format("another margay writes {} right now", path.string()),
          "wait until it has ended");
  return *file;
}

std::vector<std::string> columns_for(std::span<const std::string> classes) {
  std::vector<std::string> columns{"path", "class", "probability"};
  for (const std::string& name : classes) columns.push_back("probability_" + name);
  columns.insert(columns.end(), {"model", "file", "error"});
  return columns;
}

std::string shortest(double number) {
  return fmt::format("{}", number);
}

/// Cuts what a file has into rows, piece by piece.
class RowReader {
 public:
  RowReader(int file, bool quotes) : file_(file), quotes_(quotes) {}

  /// The next row with its end; false where no whole one is left.
  bool next(std::string& row) {
    row.clear();
    bool inside = false;
    for (;; ++at_) {
      if (at_ == filled_ && !fill()) return false;
      const char letter = buffer_[at_];
      row += letter;
      if (quotes_ && letter == '"') inside = !inside;
      if (letter == '\n' && !inside) break;
    }
    ++at_;
    whole_bytes_ += row.size();
    return true;
  }

  /// Of all rows so far.
  uint64_t whole_bytes() const { return whole_bytes_; }

 private:
  bool fill() {
    const ssize_t read = ::pread(file_, buffer_.data(), buffer_.size(), static_cast<off_t>(offset_));
    if (read < 0) throw io_error_from_errno(kWhere, "cannot read the answers that are there");
    offset_ += static_cast<uint64_t>(read);
    at_ = 0;
    filled_ = static_cast<size_t>(read);
    return read > 0;
  }

  int file_;
  bool quotes_;
  std::vector<char> buffer_ = std::vector<char>(1 << 16);
  size_t at_ = 0, filled_ = 0;
  uint64_t offset_ = 0, whole_bytes_ = 0;
};

/// The fields of a row that this file's own writer has made.
std::vector<std::string> fields_of(std::string_view row) {
  std::vector<std::string> fields(1);
  bool inside = false;
  while (row.ends_with('\n') || row.ends_with('\r')) row.remove_suffix(1);
  for (size_t i = 0; i < row.size(); ++i) {
    if (row[i] == '"' && inside && i + 1 < row.size() && row[i + 1] == '"')
      fields.back() += row[i++];
    else if (row[i] == '"')
      inside = !inside;
    else if (row[i] == ',' && !inside)
      fields.emplace_back();
    else
      fields.back() += row[i];
  }
  return fields;
}

}  // namespace

PredictionsFile::PredictionsFile(const std::filesystem::path& path, std::span<const std::string> classes,
                                 std::string model, bool overwrite)
    : path_(path),
      classes_(classes.begin(), classes.end()),
      model_(std::move(model)),
      is_csv_(has_ending(path, ".csv")),
      file_(open_alone(path)) {
  if (overwrite && ::ftruncate(file_.get(), 0) != 0)
    throw io_error_from_errno(kWhere, fmt::format("cannot empty {}", path.string()));
  read_rows();
}

void PredictionsFile::refuse(std::string_view found, std::string_view expected) const {
  throw UsageError(kWhere, fmt::format("{} has {}, expected {}", path_.string(), found, expected),
                   "choose another name, or `overwrite` to begin anew"_worded);
}

bool PredictionsFile::may_be_torn(std::string_view row) const {
  const std::string whole = is_csv_ ? data::format_csv_line(columns_for(classes_)) : "{\"path\":";
  return whole.starts_with(row) || (!is_csv_ && row.starts_with(whole));
}

std::string PredictionsFile::as_written(const std::string& picture) const {
  if (is_csv_) return fields_of(data::format_csv_line({picture, ""})).front();
  return picture;
}

void PredictionsFile::read_rows() {
  RowReader reader(file_.get(), is_csv_);
  std::string row;
  bool is_head = is_csv_;
  while (reader.next(row)) {
    if (is_head)
      check_head(row);
    else
      know(row_of(row));
    is_head = false;
  }
  // What was there before the first whole row may be anybody's.
  if (reader.whole_bytes() == 0 && !row.empty() && !may_be_torn(row)) {
    if (is_csv_)
      check_head(row);
    else
      (void)json_row(row);
  }
  if (!row.empty() && ::ftruncate(file_.get(), static_cast<off_t>(reader.whole_bytes())) != 0)
    throw io_error_from_errno(kWhere, fmt::format("cannot cut the torn last row off {}", path_.string()));
  if (reader.whole_bytes() == 0 && is_csv_) write(data::format_csv_line(columns_for(classes_)));
}

void PredictionsFile::check_head(std::string_view row) const {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";  // spreadsheets put it in front
  if (row.starts_with(kByteOrderMark)) row.remove_prefix(kByteOrderMark.size());
  const std::vector<std::string> columns = columns_for(classes_), fields = fields_of(row);
  if (fields != columns)
    refuse(fmt::format("the columns {}", fmt::join(fields, ",")), fmt::format("{}", fmt::join(columns, ",")));
}

PredictionsFile::Row PredictionsFile::row_of(std::string_view row) const {
  return is_csv_ ? csv_row(row) : json_row(row);
}

PredictionsFile::Row PredictionsFile::csv_row(std::string_view row) const {
  const std::vector<std::string> fields = fields_of(row);
  const size_t columns = kFixedColumns + classes_.size() + kLastColumns;
  if (fields.size() != columns)
    refuse(fmt::format("a row of {} fields", fields.size()), fmt::format("{}", columns));
  const std::string& model = fields[columns - kLastColumns];
  if (model != model_) refuse(fmt::format("answers of the model {}", model), model_);
  return {fields.front(), {fields[columns - 2], fields[columns - 1]}};
}

PredictionsFile::Row PredictionsFile::json_row(std::string_view row) const {
  const Json json = parse_json(row, path_.string());
  if (!json.is_object() || !json.contains("path") || !json["path"].is_string() || !json.contains("model"))
    refuse("a row that is no answer", "the path of a picture and a model in each");
  if (json["model"] != model_) refuse(fmt::format("answers of the model {}", json["model"].dump()), model_);
  if (const auto answers = json.find("probabilities"); answers != json.end()) {
    std::vector<std::string> names;
    for (const auto& [name, probability] : answers->items()) names.push_back(name);
    if (names != classes_)
      refuse(fmt::format("the classes {}", fmt::join(names, ", ")),
             fmt::format("{}", fmt::join(classes_, ", ")));
  }
  const std::string where = path_.string();
  return {json_name(json, "path", where),
          {json_value_or<std::string>(json, "file", "", where),
           json_value_or<std::string>(json, "error", "", where)}};
}

void PredictionsFile::know(Row row) {
  State& state = known_.try_emplace(std::move(row.picture), row.state).first->second;
  has_replaced_rows_ |= state != row.state;
  state = std::move(row.state);
}

bool PredictionsFile::has_answer(const std::string& picture, const std::string& file) const {
  const auto found = known_.find(as_written(picture));
  return found != known_.end() && found->second == State{file, {}};
}

void PredictionsFile::add(const std::string& picture, const std::string& file,
                          std::span<const double> probabilities) {
  require(probabilities.size() == classes_.size(), kWhere,
          fmt::format("{} probabilities for {} classes", probabilities.size(), classes_.size()));
  const auto best = static_cast<size_t>(std::ranges::max_element(probabilities) - probabilities.begin());
  know({as_written(picture), {file, {}}});
  if (is_csv_) {
    std::vector<std::string> fields{picture, classes_[best], shortest(probabilities[best])};
    for (const double probability : probabilities) fields.push_back(shortest(probability));
    fields.insert(fields.end(), {model_, file, ""});
    return write(data::format_csv_line(fields));
  }
  Json row = with_path(picture, {{"class", classes_[best]}, {"probability", probabilities[best]}});
  Json& all = row["probabilities"] = Json::object();
  for (size_t i = 0; i < classes_.size(); ++i) append_member(all, classes_[i], probabilities[i]);
  row["model"] = model_;
  row["file"] = file;
  write(format_json(row) + "\n");
}

void PredictionsFile::add_broken(const std::string& picture, const std::string& file,
                                 const std::string& reason) {
  std::string line =
      format_json(with_path(picture, {{"model", model_}, {"file", file}, {"error", reason}})) + "\n";
  if (is_csv_) {
    std::vector<std::string> fields(kFixedColumns + classes_.size());
    fields.front() = picture;
    fields.insert(fields.end(), {model_, file, reason});
    line = data::format_csv_line(fields);
  }
  // As it comes back: reasons need not be UTF-8.
  Row row = row_of(line);
  const auto found = known_.find(row.picture);
  if (found != known_.end() && found->second == row.state) return;
  know(std::move(row));
  write(line);
}

void PredictionsFile::write(const std::string& row) {
  std::string_view rest = row;
  while (!rest.empty()) {
    const ssize_t written = ::write(file_.get(), rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw io_error_from_errno(kWhere, fmt::format("cannot write {}", path_.string()));
    rest.remove_prefix(static_cast<size_t>(written));
  }
}

void PredictionsFile::drop_replaced_rows() const {
  RowReader reader(file_.get(), is_csv_);
  replace_file_atomically(path_, [&](const std::filesystem::path& temporary) {
    NewFile out(temporary, path_);
    std::string line;
    for (bool is_head = is_csv_; reader.next(line); is_head = false) {
      if (is_head) {
        out.write(line);
        continue;
      }
      const Row row = row_of(line);
      if (known_.at(row.picture) == row.state) out.write(line);
    }
    out.finish();
  });
}

void PredictionsFile::finish() {
  if (has_replaced_rows_) return drop_replaced_rows();
  if (::fsync(file_.get()) != 0)
    throw io_error_from_errno(kWhere, fmt::format("cannot write {}", path_.string()));
}

}  // namespace margay::run
