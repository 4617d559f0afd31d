// JSON from a text: the library's parser says what there is, and its values are put together here, because
// its own way looks for each key among all before it and has no limits.
#include "margay/core/json.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "margay/core/utf8.h"

namespace margay {
namespace {

constexpr size_t kMaxValues = 10'000'000;
constexpr size_t kLongestDescription = 60;
constexpr int kNumberOutOfRange = 406;  // as the library numbers its errors

class Builder : public nlohmann::json_sax<Json> {
 public:
  Builder(std::string_view text, std::string_view where) : text_(text), where_(where) {}

  Json take() { return std::move(root_); }

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t&) override { return add(value); }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t&) override { return false; }  // no text of JSON has any
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }

  bool key(string_t& name) override {
    append_member(*open_.back(), std::move(name), nullptr);
    return true;
  }

  bool end_object() override {
    require_single_keys(*open_.back());
    return end_array();
  }

  bool end_array() override {
    open_.pop_back();
    return true;
  }

  bool parse_error(std::size_t position, const std::string& token,
                   const nlohmann::detail::exception& error) override {
    if (error.id == kNumberOutOfRange)
      refuse(fmt::format("the number {} is out of range, at byte {} of {}",
                         shortened(token, kLongestDescription), position, text_.size()));
    refuse(fmt::format("not valid JSON, at byte {} of {}", position, text_.size()));
  }

 private:
  [[noreturn]] void refuse(std::string_view problem) const { throw FormatError(where_, problem); }

  bool add(Json value) {
    place(std::move(value));
    return true;
  }

  bool open(Json container) {
    if (open_.size() == kMaxJsonDepth) refuse(fmt::format("nested more than {} levels deep", kMaxJsonDepth));
    open_.push_back(&place(std::move(container)));
    return true;
  }

  /// A container stays where it is until it is closed, because only the innermost grows.
  Json& place(Json value) {
    if (++values_ > kMaxValues) refuse(fmt::format("more than {} values", kMaxValues));
    if (open_.empty()) return root_ = std::move(value);
    if (open_.back()->is_array()) return open_.back()->emplace_back(std::move(value));
    return open_.back()->get_ref<Json::object_t&>().back().second = std::move(value);
  }

  void require_single_keys(const Json& object) const {
    std::vector<std::string_view> keys;
    for (const auto& [name, value] : object.get_ref<const Json::object_t&>()) keys.push_back(name);
    std::sort(keys.begin(), keys.end());
    const auto twice = std::adjacent_find(keys.begin(), keys.end());
    if (twice != keys.end()) refuse(fmt::format("an object has two values named '{}'", *twice));
  }

  std::string_view text_, where_;
  Json root_;
  std::vector<Json*> open_;
  size_t values_ = 0;
};

}  // namespace

Json parse_json(std::string_view text, std::string_view where) {
  // The library takes a zero byte for the end of the text.
  if (const size_t zero = text.find('\0'); zero != text.npos)
    throw FormatError(where,
                      fmt::format("not valid JSON, at byte {} of {}: a zero byte", zero + 1, text.size()));
  Builder builder(text, where);
  Json::sax_parse(text, &builder);
  return builder.take();
}

std::string format_json(const Json& value, int indent) {
  return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

std::string describe_json(const Json& value) {
  if (value.is_number_float() && !std::isfinite(value.get<double>()))
    return fmt::format("{}", value.get<double>());
  if (value.is_structured() && value.size() > kLongestDescription)
    return fmt::format("{} of {} values", value.is_array() ? "a list" : "an object", value.size());
  return shortened(format_json(value), kLongestDescription);
}

void append_member(Json& object, std::string key, Json value) {
  object.get_ref<Json::object_t&>().emplace_back(std::move(key), std::move(value));
}

}  // namespace margay
