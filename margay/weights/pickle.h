// Python's pickle format (protocols 2 to 5) read as data alone: names of functions stay names, calls are
// noted and never made.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "margay/core/byte_cursor.h"

namespace margay::weights {

/// The values of a pickle, which refer to each other by number: cycles and deep nesting are as harmless as
/// any other reference, since nothing here follows them.
class Pickle {
 public:
  using Id = uint32_t;
  /// Python's None.
  struct None {};
  /// A list.
  struct List {
    std::vector<Id> items;
  };
  /// A tuple.
  struct Tuple {
    std::vector<Id> items;
  };
  /// A dict or collections.OrderedDict.
  struct Dict {
    std::vector<std::pair<Id, Id>> items;  ///< in the order of the file; a key may be there twice
  };
  /// A function or class by its name alone.
  struct Global {
    std::string name;  ///< "torch.FloatStorage"
  };
  /// What Python would make by calling a global.
  struct Call {
    std::string function;
    Id arguments;  ///< a Tuple
  };
  /// What Python would ask the file's owner for.
  struct Persistent {
    Id id;
  };
  using Value =
      std::variant<None, bool, int64_t, double, std::string, List, Tuple, Dict, Global, Call, Persistent>;

  /// More than the pickle of any state dict.
  static constexpr uint64_t kMaxBytes = uint64_t{64} << 20;

  /// Reads one pickle up to its end. A global that is neither collections.OrderedDict nor `allowed` is
  /// refused by name, what is no tensor, container, text or number by its opcode; so is a pickle of more
  /// bytes, values or references than state dicts have, so that what it takes is bounded. Throws FormatError.
  static Pickle read(ByteCursor& bytes, const std::function<bool(std::string_view)>& allowed);

  size_t size() const { return values_.size(); }  ///< ids are below it
  const Value& root() const { return values_[root_]; }
  /// Null when the value is of another kind.
  template <class Kind>
  const Kind* find(Id id) const {
    return std::get_if<Kind>(&values_[id]);
  }

 private:
  friend class PickleReader;
  std::vector<Value> values_;
  Id root_ = 0;
};

}  // namespace margay::weights
