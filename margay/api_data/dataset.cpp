// What a data set is unless it says otherwise, and parts of one.
#include <set>
#include <utility>

#include "margay/core/error.h"
#include "margay/data.h"

namespace margay {

Dataset::~Dataset() = default;

std::string Dataset::label(size_t i) const {
  return get(i).label;
}
std::string Dataset::split_of(size_t) const {
  return {};
}
std::string Dataset::name(size_t i) const {
  return fmt::format("picture {}", i);
}

std::vector<std::string> classes_of(const Dataset& dataset) {
  std::set<std::string> labels;
  for (size_t i = 0; i < dataset.size(); ++i) labels.insert(dataset.label(i));
  return {labels.begin(), labels.end()};
}

Subset::Subset(const Dataset& whole, std::vector<size_t> numbers)
    : whole_(&whole), numbers_(std::move(numbers)) {
  for (const size_t number : numbers_)
    require(number < whole.size(), "data.subset",
            fmt::format("picture {} of a data set of {}", number, whole.size()), "they count from 0");
}

size_t Subset::size() const {
  return numbers_.size();
}
Example Subset::get(size_t i) const {
  return whole_->get(numbers_.at(i));
}
std::string Subset::label(size_t i) const {
  return whole_->label(numbers_.at(i));
}
std::string Subset::split_of(size_t i) const {
  return whole_->split_of(numbers_.at(i));
}
std::string Subset::name(size_t i) const {
  return whole_->name(numbers_.at(i));
}

}  // namespace margay
