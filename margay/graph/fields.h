// Attributes as the members of a struct: what is said of each once makes the schema that nodes are checked
// against and the way from a node's attributes to the struct and back.
//
//     struct Elu {
//       static constexpr std::string_view kOp = "elu";
//       double alpha = 1;
//       static std::span<const Field<Elu>> fields();  // a layer without attributes has none
//     };
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "margay/graph/attributes.h"

namespace margay::graph {

enum class Presence { optional, required };

// Out of line, since GCC 12 finds what is not there in variants that it sees through.
Attribute attribute_of(bool flag);
Attribute attribute_of(int64_t whole);
Attribute attribute_of(double real);
void read_attribute(const Node& node, std::string_view name, bool& flag);
void read_attribute(const Node& node, std::string_view name, int64_t& whole);
void read_attribute(const Node& node, std::string_view name, double& real);

/// An attribute of the layer `Op` as one of its members; its default is what that has in a new `Op`. Where
/// `default_from` is the name of an attribute before it, 0 takes the value of that.
template <class Op>
class Field {
 public:
  Field(std::string_view name, bool Op::*member, std::string_view meaning)
      : Field(member, {.name = name, .default_value = {}, .meaning = meaning}) {}
  Field(std::string_view name, int64_t Op::*member, std::string_view meaning, Limits limits = {},
        Presence presence = Presence::optional, std::string_view default_from = {})
      : Field(member, {name, {}, meaning, presence == Presence::required, default_from, limits}) {}
  Field(std::string_view name, double Op::*member, std::string_view meaning, Limits limits = {})
      : Field(member, {.name = name, .default_value = {}, .meaning = meaning, .limits = limits}) {}

  const AttributeSpec& spec() const { return spec_; }
  Attribute value(const Op& layer) const { return get_(layer); }
  /// Sets the member to what the node has.
  void read(const Node& node, Op& layer) const { read_(node, layer); }

 private:
  template <class Value>
  Field(Value Op::*member, AttributeSpec spec)
      : spec_(std::move(spec)),
        get_([member](const Op& layer) { return attribute_of(layer.*member); }),
        read_([member, name = spec_.name](const Node& node, Op& layer) {
          read_attribute(node, name, layer.*member);
        }) {
    spec_.default_value = get_(Op{});
  }

  AttributeSpec spec_;
  std::function<Attribute(const Op&)> get_;
  std::function<void(const Node&, Op&)> read_;
};

template <class Op>
concept HasFields = requires {
  Op::fields();
};

/// The attributes of a layer, for checks and pages.
template <class Op>
std::vector<AttributeSpec> schema() {
  std::vector<AttributeSpec> specs;
  if constexpr (HasFields<Op>)
    for (const Field<Op>& field : Op::fields()) specs.push_back(field.spec());
  return specs;
}

/// Whether a node is of this operator.
template <class Op>
bool is(const Node& node) {
  return node.op == Op::kOp;
}

/// Throws the ModelError that a node is no `op`.
[[noreturn]] void reject_as(const Node& node, std::string_view op);

/// The attributes of a node that was checked. Throws ModelError where it is of another operator.
template <class Op>
Op bind(const Node& node) {
  if (!is<Op>(node)) reject_as(node, Op::kOp);
  Op layer;
  if constexpr (HasFields<Op>)
    for (const Field<Op>& field : Op::fields()) field.read(node, layer);
  return layer;
}

/// The same; nothing where it is of another operator.
template <class Op>
std::optional<Op> as(const Node& node) {
  return is<Op>(node) ? std::optional(bind<Op>(node)) : std::nullopt;
}

/// The way back: what a node gets that shall have these attributes.
template <class Op>
std::map<std::string, Attribute> attributes_of(const Op& layer) {
  std::map<std::string, Attribute> attributes;
  if constexpr (HasFields<Op>)
    for (const Field<Op>& field : Op::fields()) attributes.emplace(field.spec().name, field.value(layer));
  return attributes;
}

/// A function of a node out of one of its attributes, for the rows of tables; some want the node besides, to
/// name it in an error.
template <class Op, class Result, class... Rest>
auto bound(Result (*function)(const Op&, Rest...)) {
  return [function](const Node& node, Rest... rest) { return function(bind<Op>(node), rest...); };
}
template <class Op, class Result, class... Rest>
auto bound(Result (*function)(const Op&, const Node&, Rest...)) {
  return [function](const Node& node, Rest... rest) { return function(bind<Op>(node), node, rest...); };
}

}  // namespace margay::graph
