// Primitives over planned memory.
#include "margay/runtime/program.h"

#include <algorithm>

#include "margay/runtime/memory_plan.h"
#include "margay/runtime/operators.h"

namespace margay::runtime {
namespace {

using dnnl::memory;

memory::desc input_layout(const graph::Shape& shape, int batch) {
  if (shape.size() == 1) return {{batch, shape[0]}, memory::data_type::f32, memory::format_tag::nc};
  return {{batch, shape[0], shape[1], shape[2]}, memory::data_type::f32, memory::format_tag::nhwc};
}

/// When the memory of each value is first and last touched; a view has none of its own.
template <class Operations>
std::vector<Lifetime> lifetimes_of(const Operations& operations, const std::vector<memory::desc>& layouts,
                                   const std::vector<int>& owners) {
  std::vector<Lifetime> lifetimes;
  for (const memory::desc& layout : layouts)
    lifetimes.push_back({layout.get_size(), static_cast<int>(operations.size()), -1});
  for (int i = 0; i < static_cast<int>(operations.size()); ++i)
    for (const auto& [argument, value] : operations[i].values) {
      Lifetime& lifetime = lifetimes[owners[value]];
      lifetime.first = std::min(lifetime.first, i);
      lifetime.last = std::max(lifetime.last, i);
    }
  for (size_t i = 0; i < owners.size(); ++i)
    if (owners[i] != static_cast<int>(i)) lifetimes[i].size_bytes = 0;
  return lifetimes;
}

}  // namespace

int ProgramBuilder::add_value(const memory::desc& layout) {
  layouts_.push_back(layout);
  owners_.push_back(static_cast<int>(owners_.size()));
  return owners_.back();
}

int ProgramBuilder::viewed(int value, const memory::desc& layout) {
  const int view = add_value(layout);
  owners_[view] = owners_[value];
  return view;
}

void ProgramBuilder::add(const dnnl::primitive& primitive, Values values, Constants constants) {
  operations_.push_back({primitive, std::move(values), std::move(constants)});
}

int ProgramBuilder::reordered(int value, const memory::desc& layout) {
  if (layouts_[value] == layout) return value;
  const int made = add_value(layout);
  copy(value, made);
  return made;
}

void ProgramBuilder::copy(int from, int to) {
  const dnnl::reorder::primitive_desc description(engine_, layouts_[from], engine_, layouts_[to]);
  add(dnnl::reorder(description), {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}});
}

Program::Program(ProgramBuilder&& builder, int input, int output) : stream_(builder.engine_) {
  std::vector<Lifetime> lifetimes = lifetimes_of(builder.operations_, builder.layouts_, builder.owners_);
  for (const int outside : {input, output}) lifetimes[outside].size_bytes = 0;
  const MemoryPlan plan = plan_memory(lifetimes);
  const memory::dim block_bytes = std::max<memory::dim>(static_cast<memory::dim>(plan.size_bytes), 1);
  block_ = memory({{block_bytes}, memory::data_type::u8, memory::format_tag::a}, builder.engine_);

  std::vector<memory> values;
  auto* block = static_cast<uint8_t*>(block_.get_data_handle());
  for (size_t i = 0; i < builder.layouts_.size(); ++i) {
    values.emplace_back(builder.layouts_[i], builder.engine_, block + plan.offsets[builder.owners_[i]]);
    if (builder.owners_[i] == input) inputs_.push_back(values.back());
    if (builder.owners_[i] == output) outputs_.push_back(values.back());
  }
  for (auto& [primitive, used, constants] : builder.operations_) {
    Operation operation{primitive, {constants.begin(), constants.end()}};
    for (const auto& [argument, value] : used) operation.arguments.emplace(argument, values[value]);
    operations_.push_back(std::move(operation));
  }
}

void Program::run(const float* input, float* output) {
  for (memory& view : inputs_)
    view.set_data_handle(
        const_cast<float*>(input));  // oneDNN has one kind of pointer; nothing writes to the input
  for (memory& view : outputs_) view.set_data_handle(output);
  for (Operation& operation : operations_) operation.primitive.execute(stream_, operation.arguments);
  stream_.wait();
}

Program make_program(const graph::Graph& graph, const Plan& plan, WeightStore& weights,
                     const dnnl::engine& engine, int batch) {
  ProgramBuilder builder(engine);
  const int input = builder.add_value(input_layout(graph.input_shape(), batch));
  std::vector<int> values{input};
  for (size_t i = 1; i < plan.steps.size(); ++i) {
    const Step& step = plan.steps[i];
    StepContext context{builder, weights, graph, step, {}};
    for (const int other : step.inputs) context.inputs.push_back(values[other]);
    values.push_back(find_row(graph.nodes()[step.node].op).emit(context));
  }
  return {std::move(builder), input, emit_output(builder, values.back(), graph.output_shape())};
}

}  // namespace margay::runtime
