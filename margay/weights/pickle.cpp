// The pickle machine without its dangerous half: a stack, a memo, and values that are only written down.
#include "margay/weights/pickle.h"

#include <bit>
#include <limits>

#include "margay/core/number_text.h"

namespace margay::weights {
namespace {

/// A state dict has some 25 values for each tensor, and fewer references.
constexpr size_t kMaxValues = 1'000'000;
constexpr size_t kMaxMarks = 1'000;  // state dicts have three
constexpr std::string_view kOrderedDict = "collections.OrderedDict";
constexpr std::string_view kHint = "only state dicts are read: torch.save(network.state_dict(), FILE)";

}  // namespace

class PickleReader {
 public:
  PickleReader(ByteCursor& bytes, const std::function<bool(std::string_view)>& allowed)
      : bytes_(bytes), allowed_(allowed) {}

  Pickle run() {
    const size_t begin = bytes_.position();
    for (;;) {
      if (bytes_.position() - begin > Pickle::kMaxBytes) reject_long();
      const size_t at = bytes_.position();
      const auto opcode = bytes_.number<uint8_t>();
      if (opcode == '.') break;
      const bool known = step_scalar(opcode) || step_container(opcode) || step_reference(opcode);
      if (!known)
        reject(fmt::format("opcode 0x{:02X} at byte {} makes something that is no data", opcode, at));
    }
    pickle_.root_ = pop();
    return std::move(pickle_);
  }

 private:
  using Id = Pickle::Id;
  using Value = Pickle::Value;

  [[noreturn]] void reject(std::string_view problem) const {
    throw FormatError(bytes_.where(), problem, kHint);
  }

  [[noreturn]] void reject_long() const {
    reject(fmt::format("its pickle has more than {} bytes", grouped(Pickle::kMaxBytes)));
  }

  bool step_scalar(uint8_t opcode) {
    switch (opcode) {
      case 0x80:  // PROTO
        read_protocol();
        return true;
      case 0x95:  // FRAME
        bytes_.number<uint64_t>();
        return true;
      case 'N':
        return push(Pickle::None{});
      case 0x88:  // NEWTRUE
      case 0x89:  // NEWFALSE
        return push(opcode == 0x88);
      case 'J':
        return push(int64_t{bytes_.number<int32_t>()});
      case 'K':
        return push(int64_t{bytes_.number<uint8_t>()});
      case 'M':
        return push(int64_t{bytes_.number<uint16_t>()});
      case 0x8A:  // LONG1
        return push(read_long());
      case 'G':
        return push(std::bit_cast<double>(__builtin_bswap64(bytes_.number<uint64_t>())));
      case 'X':  // BINUNICODE
      case 'T':  // BINSTRING, of Python 2
        return push(read_text(bytes_.number<uint32_t>()));
      case 0x8C:  // SHORT_BINUNICODE
      case 'U':   // SHORT_BINSTRING, of Python 2
        return push(read_text(bytes_.number<uint8_t>()));
      default:
        return false;
    }
  }

  bool step_container(uint8_t opcode) {
    switch (opcode) {
      case '(':
        if (marks_.size() == kMaxMarks)
          reject(fmt::format("lists nested more than {} deep", grouped(kMaxMarks)));
        marks_.push_back(stack_.size());
        return true;
      case ']':
        return push(Pickle::List{});
      case ')':
        return push(Pickle::Tuple{});
      case '}':
        return push(Pickle::Dict{});
      case 'l':
        return push(Pickle::List{pop_to_mark()});
      case 't':
        return push(Pickle::Tuple{pop_to_mark()});
      case 'd':
        return push(Pickle::Dict{pairs_of(pop_to_mark())});
      case 0x85:  // TUPLE1 to TUPLE3
      case 0x86:
      case 0x87:
        return push(Pickle::Tuple{pop_many(opcode - 0x84u)});
      case 'a':
        return append(pop_many(1));
      case 'e':
        return append(pop_to_mark());
      case 's':
        return set_items(pop_many(2));
      case 'u':
        return set_items(pop_to_mark());
      default:
        return false;
    }
  }

  bool step_reference(uint8_t opcode) {
    switch (opcode) {
      case 'q':
        return memorize(bytes_.number<uint8_t>());
      case 'r':
        return memorize(bytes_.number<uint32_t>());
      case 0x94:  // MEMOIZE
        return memorize(memo_.size());
      case 'h':
        return recall(bytes_.number<uint8_t>());
      case 'j':
        return recall(bytes_.number<uint32_t>());
      case 'c': {
        const std::string_view module = bytes_.line();
        return push_global(module, bytes_.line());
      }
      case 0x93: {  // STACK_GLOBAL
        const std::vector<Id> names = pop_many(2);
        return push_global(text_of(names[0]), text_of(names[1]));
      }
      case 'R':
        return call();
      case 'Q':
        return push(Pickle::Persistent{pop()});
      case 'b':  // BUILD: attributes of a dict, such as the versions of layers in a state dict
        pop();
        get<Pickle::Dict>(top(), "attributes of something that is no dict");
        return true;
      default:
        return false;
    }
  }

  void read_protocol() {
    const auto protocol = bytes_.number<uint8_t>();
    if (protocol < 2 || protocol > 5) reject(fmt::format("pickle protocol {}, 2 to 5 are read", protocol));
  }

  std::string read_text(uint64_t size_bytes) {
    const std::string_view text = bytes_.text(size_bytes);
    if (size_bytes > Pickle::kMaxBytes) reject_long();
    return std::string(text);
  }

  int64_t read_long() {
    const auto digits = bytes_.take(bytes_.number<uint8_t>());
    if (digits.size() > sizeof(int64_t)) reject(fmt::format("a number of {} bytes", digits.size()));
    uint64_t value = !digits.empty() && digits.back() >= 0x80 ? ~uint64_t{0} : 0;
    std::memcpy(&value, digits.data(), digits.size());
    return static_cast<int64_t>(value);
  }

  bool push(Value value) {
    if (pickle_.values_.size() == kMaxValues) reject(fmt::format("more than {} values", grouped(kMaxValues)));
    stack_.push_back(static_cast<Id>(pickle_.values_.size()));
    pickle_.values_.push_back(std::move(value));
    return true;
  }

  /// Values before the innermost mark cannot be reached.
  size_t available() const { return stack_.size() - (marks_.empty() ? 0 : marks_.back()); }

  Id top() const {
    if (available() == 0) reject("an operation without its operand");
    return stack_.back();
  }
  Id pop() {
    const Id id = top();
    stack_.pop_back();
    return id;
  }
  std::vector<Id> pop_many(size_t count) {
    if (available() < count) reject("an operation without its operands");
    const auto first = stack_.end() - static_cast<std::ptrdiff_t>(count);
    std::vector<Id> ids(first, stack_.end());
    stack_.erase(first, stack_.end());
    return ids;
  }
  std::vector<Id> pop_to_mark() {
    if (marks_.empty()) reject("the end of a list that never began");
    std::vector<Id> ids = pop_many(available());
    marks_.pop_back();
    return ids;
  }

  template <class Kind>
  Kind& get(Id id, std::string_view otherwise) {
    Kind* kind = std::get_if<Kind>(&pickle_.values_[id]);
    if (kind == nullptr) reject(otherwise);
    return *kind;
  }
  const std::string& text_of(Id id) { return get<std::string>(id, "a name that is no text"); }

  std::vector<std::pair<Id, Id>> pairs_of(const std::vector<Id>& ids) const {
    if (ids.size() % 2 != 0) reject("a key without its value");
    std::vector<std::pair<Id, Id>> pairs;
    for (size_t i = 0; i < ids.size(); i += 2) pairs.emplace_back(ids[i], ids[i + 1]);
    return pairs;
  }

  bool append(const std::vector<Id>& ids) {
    auto& items = get<Pickle::List>(top(), "an item for something that is no list").items;
    items.insert(items.end(), ids.begin(), ids.end());
    return true;
  }
  bool set_items(const std::vector<Id>& ids) {
    const auto pairs = pairs_of(ids);
    auto& items = get<Pickle::Dict>(top(), "an entry for something that is no dict").items;
    items.insert(items.end(), pairs.begin(), pairs.end());
    return true;
  }

  /// Places are numbered from 0, whoever writes them.
  bool memorize(uint64_t place) {
    const Id id = top();
    if (place >= kMaxValues) reject_references();
    if (place >= memo_.size()) memo_.resize(place + 1, kNothing);
    memo_[place] = id;
    return true;
  }
  bool recall(uint64_t place) {
    if (place >= memo_.size() || memo_[place] == kNothing)
      reject(fmt::format("a reference to value {}, which is not there yet", place));
    if (++recalled_ > kMaxValues) reject_references();
    stack_.push_back(memo_[place]);
    return true;
  }
  [[noreturn]] void reject_references() const {
    reject(fmt::format("more than {} references", grouped(kMaxValues)));
  }

  bool push_global(std::string_view module, std::string_view name) {
    std::string full = fmt::format("{}.{}", module, name);
    if (full != kOrderedDict && !allowed_(full))
      reject(fmt::format("it wants Python to run '{:.100}', which is refused; nothing of it was run", full));
    return push(Pickle::Global{std::move(full)});
  }

  bool call() {
    const Id arguments = pop();
    const std::string function = get<Pickle::Global>(pop(), "a call of something that is no function").name;
    const auto& items = get<Pickle::Tuple>(arguments, "a call whose arguments are no tuple").items;
    if (function != kOrderedDict) return push(Pickle::Call{function, arguments});
    return push(ordered_dict(items));
  }

  /// Python 3 fills it afterwards, Python 2 gives it a list of pairs.
  Pickle::Dict ordered_dict(const std::vector<Id>& arguments) {
    Pickle::Dict dict;
    if (arguments.empty()) return dict;
    const auto& pairs = get<Pickle::List>(arguments[0], "an OrderedDict that is made of no list").items;
    copied_items_ += pairs.size();  // the same list may be asked for again and again
    if (copied_items_ > kMaxValues) reject(fmt::format("more than {} values", grouped(kMaxValues)));
    for (const Id pair : pairs) {
      const auto& items = get<Pickle::List>(pair, "an OrderedDict that is made of no pairs").items;
      if (items.size() != 2) reject("an OrderedDict that is made of no pairs");
      dict.items.emplace_back(items[0], items[1]);
    }
    return dict;
  }

  ByteCursor& bytes_;
  const std::function<bool(std::string_view)>& allowed_;
  Pickle pickle_;
  std::vector<Id> stack_;
  std::vector<size_t> marks_;  ///< sizes of the stack
  static constexpr Id kNothing = std::numeric_limits<Id>::max();
  std::vector<Id> memo_;
  size_t recalled_ = 0, copied_items_ = 0;
};

Pickle Pickle::read(ByteCursor& bytes, const std::function<bool(std::string_view)>& allowed) {
  return PickleReader(bytes, allowed).run();
}

}  // namespace margay::weights
