// Which of the pictures that margay predict is asked about its model has learned from.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "margay/core/json.h"
#include "margay/run/recorded_data.h"

namespace margay::app {

/// By contents, whatever the pictures are called now. Nothing is known of published networks.
class FamiliarPictures {
 public:
  /// Of so many pictures; `model` is a run or a model file.
  FamiliarPictures(const std::string& model, size_t pictures);

  /// Thread-safe for different pictures.
  void look_at(size_t picture, const std::vector<uint8_t>& bytes);
  /// true, false, or null where it is not known.
  Json to_json(size_t picture) const;
  /// On standard error, how many there are.
  void warn() const;

 private:
  std::string model_;
  run::RecordedData recorded_;
  std::vector<uint8_t> looked_at_, learned_;
};

}  // namespace margay::app
