// Contents are compared with those that the run has recorded.
#include "apps/margay/familiar_pictures.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "apps/margay/output.h"
#include "margay/core/error.h"
#include "margay/data/content_hash.h"

namespace margay::app {
namespace {

namespace fs = std::filesystem;

/// What the run knows, where that costs less than the answers: a long manifest is not read for a photograph,
/// and no damaged one stops an answer.
run::RecordedData recorded_of(const std::string& model) try {
  constexpr uintmax_t kMostBytes = 16u << 20;
  const run::RunDirectory directory = run::RunDirectory::of_model(model);
  std::error_code none;
  const uintmax_t bytes = fs::file_size(directory.manifest(), none);
  return none || bytes > kMostBytes ? run::RecordedData{} : run::RecordedData::read(directory);
} catch (const Error&) {
  return {};
}

}  // namespace

FamiliarPictures::FamiliarPictures(const std::string& model, size_t pictures)
    : model_(model), recorded_(recorded_of(model)), looked_at_(pictures), learned_(pictures) {}

void FamiliarPictures::look_at(size_t picture, const std::vector<uint8_t>& bytes) {
  looked_at_[picture] = 1;
  if (recorded_.has_contents()) learned_[picture] = recorded_.has_learned(data::hash_content(bytes));
}

Json FamiliarPictures::to_json(size_t picture) const {
  return learned_[picture] != 0 ? Json(true) : recorded_.is_known() ? Json(false) : Json(nullptr);
}

void FamiliarPictures::warn() const {
  const auto count = std::count(learned_.begin(), learned_.end(), 1);
  if (count == 0) return;
  flush_out();  // so that both streams on one terminal keep the order
  const auto asked = std::count(looked_at_.begin(), looked_at_.end(), 1);
  const std::string_view now = static_cast<size_t>(asked) == looked_at_.size() ? "" : " asked about now";
  if (learned_.size() == 1)
    print_err("{} has learned from this picture: it knows it better than others\n", model_);
  else
    print_err("{} has learned from {} of the {} pictures{}: it knows {} better than others\n", model_, count,
              asked, now, count == 1 ? "that one" : "them");
}

}  // namespace margay::app
