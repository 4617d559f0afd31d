// The executor: a program per batch size over shared weights.
#include <algorithm>
#include <list>

#include "margay/core/cpu.h"
#include "margay/core/error.h"
#include "margay/runtime/foreign_errors.h"
#include "margay/runtime/omp_threads.h"
#include "margay/runtime/operators.h"
#include "margay/runtime/plan.h"
#include "margay/runtime/program.h"
#include "margay/runtime/runtime.h"

namespace margay::runtime {
namespace {

constexpr size_t kKeptPrograms = 8;

class CpuExecutor final : public predict::Executor {
 public:
  CpuExecutor(const graph::Graph& graph, const graph::Weights& weights, RuntimeOptions options)
      : graph_(graph),
        plan_(make_plan(graph)),
        threads_(options.threads > 0 ? options.threads : usable_cpus()),
        engine_(dnnl::engine::kind::cpu, 0),
        weights_(engine_) {
    for (const Step& step : plan_.steps)
      if (const OperatorRow& row = find_row(graph.nodes()[step.node].op); row.store)
        row.store(graph, weights, step, weights_);
  }

  std::vector<float> run(std::span<const float> pictures, int count) override {
    const auto expected = static_cast<size_t>(graph::element_count(graph_.input_shape())) *
                          static_cast<size_t>(std::max(count, 0));
    require<ModelError>(count >= 0 && pictures.size() == expected, "runtime",
                        fmt::format("{} values for {} pictures of {}", pictures.size(), count,
                                    graph::to_string(graph_.input_shape())));
    std::vector<float> logits(static_cast<size_t>(count) * graph_.output_shape()[0]);
    if (count == 0) return logits;
    const OmpThreads threads(threads_);
    with_margay_errors("runtime", [&] { program_for(count).run(pictures.data(), logits.data()); });
    return logits;
  }

 private:
  struct Sized {
    int batch;
    Program program;
  };

  /// The program for this batch size, which becomes the first of those kept.
  Program& program_for(int batch) {
    const auto found = std::find_if(programs_.begin(), programs_.end(),
                                    [&](const Sized& sized) { return sized.batch == batch; });
    if (found != programs_.end()) {
      programs_.splice(programs_.begin(), programs_, found);
    } else {
      programs_.push_front({batch, make_program(graph_, plan_, weights_, engine_, batch)});
      if (programs_.size() > kKeptPrograms) programs_.pop_back();
    }
    return programs_.front().program;
  }

  graph::Graph graph_;
  Plan plan_;
  int threads_;
  dnnl::engine engine_;
  WeightStore weights_;
  std::list<Sized> programs_;
};

}  // namespace

void RuntimeOptions::validate() const {
  require(threads >= 0 && threads <= 1024, "runtime",
          fmt::format("threads is {}, expected 0 to 1024", threads), "0 takes all that this process may use");
}

std::unique_ptr<predict::Executor> make_executor(const graph::Graph& graph, const graph::Weights& weights,
                                                 RuntimeOptions options) {
  options.validate();
  graph::check_weights(graph, weights, "runtime");
  require<ModelError>(
      graph.output_shape().size() == 1, "runtime",
      fmt::format("the network gives {}, not a vector", graph::to_string(graph.output_shape())),
      "end it with flatten, global_avg_pool2d or linear");
  return with_margay_errors("runtime", [&] { return std::make_unique<CpuExecutor>(graph, weights, options); });
}

std::vector<std::string_view> executed_operators() {
  std::vector<std::string_view> names;
  for (const OperatorRow& row : operator_rows()) names.push_back(row.op);
  return names;
}

}  // namespace margay::runtime
