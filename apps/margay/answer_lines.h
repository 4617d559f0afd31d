// What margay predict prints about pictures: a line for each, in columns.
#pragma once

#include <string>
#include <vector>

#include "margay/data/picture_store.h"
#include "margay/predict/file_predictions.h"

namespace margay::app {

/// Keeps a reference to the pictures.
class AnswerLines {
 public:
  /// `top`: how many classes a line names.
  AnswerLines(const std::vector<std::string>& classes, const data::PictureStore& pictures, int top);

  /// The answer on standard output, or why there is none on standard error.
  void print(const predict::FileAnswer& result) const;

 private:
  std::vector<std::string> classes_;  ///< printable
  const data::PictureStore& pictures_;
  int top_;
  size_t path_width_ = 0;
  size_t class_width_ = 0;
};

}  // namespace margay::app
