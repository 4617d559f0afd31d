// What does not depend on the operator.
#include "margay/graph/fields.h"

#include "margay/core/error.h"
#include "margay/graph/operators/checks.h"

namespace margay::graph {

Attribute attribute_of(bool flag) {
  return flag;
}
Attribute attribute_of(int64_t whole) {
  return whole;
}
Attribute attribute_of(double real) {
  return real;
}

void read_attribute(const Node& node, std::string_view name, bool& flag) {
  flag = node.flag(name);
}
void read_attribute(const Node& node, std::string_view name, int64_t& whole) {
  whole = node.integer(name);
}
void read_attribute(const Node& node, std::string_view name, double& real) {
  real = node.number(name);
}

void reject_as(const Node& node, std::string_view op) {
  reject(node, fmt::format("it is no {}", op));
}

}  // namespace margay::graph
