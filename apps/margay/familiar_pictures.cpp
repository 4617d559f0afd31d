// Contents are compared with those that the run has recorded.
#include "apps/margay/familiar_pictures.h"

#include <algorithm>
#include <filesystem>
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
    : model_(model), recorded_(recorded_of(model)), learned_(pictures) {}

void FamiliarPictures::look_at(size_t picture, const std::vector<uint8_t>& bytes) {
  if (recorded_.is_known()) learned_[picture] = recorded_.has_learned(data::hash_content(bytes));
}

Json FamiliarPictures::to_json(size_t picture) const {
  return recorded_.is_known() ? Json(learned_[picture] != 0) : Json(nullptr);
}

void FamiliarPictures::warn() const {
  const auto count = std::count(learned_.begin(), learned_.end(), 1);
  if (count == 0) return;
  flush_out();  // so that both streams on one terminal keep the order
  if (learned_.size() == 1)
    print_err("{} has learned from this picture: it knows it better than others\n", model_);
  else
    print_err("{} has learned from {} of these {} pictures: it knows {} better than others\n", model_, count,
              learned_.size(), count == 1 ? "that one" : "them");
}

}  // namespace margay::app
