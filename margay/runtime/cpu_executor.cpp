// The executor: a program per batch size over weights that executors of other threads share.
#include <algorithm>
#include <limits>
#include <list>
#include <memory>
#include <mutex>
#include <utility>

#include "margay/core/cpu.h"
#include "margay/core/error.h"
#include "margay/core/number_text.h"
#include "margay/core/option_text.h"
#include "margay/graph/operator.h"
#include "margay/runtime/cpu_engine.h"
#include "margay/runtime/foreign_errors.h"
#include "margay/runtime/omp_threads.h"
#include "margay/runtime/operators.h"
#include "margay/runtime/plan.h"
#include "margay/runtime/program.h"
#include "margay/runtime/runtime.h"

namespace margay::runtime {
namespace {

constexpr size_t kKeptPrograms = 8;

void require_thread_count(int threads) {
  require(threads >= 0 && threads <= 1024, "runtime",
          fmt::format("threads is {}, expected 0 to 1024", threads), "0 takes all that this process may use");
}

/// What executors of one network have in common; it is the larger part.
struct SharedNetwork {
  SharedNetwork(const graph::Graph& network, const graph::Weights& values)
      : graph(network), plan(make_plan(network)), engine(cpu_engine()), weights(engine) {
    for (size_t i = 1; i < plan.steps.size(); ++i)
      weights.put(plan.steps[i].node, parameters_of(graph, values, plan.steps[i]));
  }

  /// Weights are laid out as a batch size first asks for it, whichever executor it comes to.
  Program program_for(int batch) {
    const std::lock_guard lock(mutex);
    return make_program(graph, plan, weights, engine, batch);
  }

  const graph::Graph graph;
  const Plan plan;
  const dnnl::engine engine;
  WeightStore weights;
  std::mutex mutex;  ///< of `weights`
};

class CpuExecutor final : public predict::Executor {
 public:
  CpuExecutor(std::shared_ptr<SharedNetwork> network, int threads, int most_pictures)
      : network_(std::move(network)), threads_(threads), most_pictures_(most_pictures) {}

  std::vector<float> run(std::span<const float> pictures, int count) override {
    const graph::Graph& graph = network_->graph;
    const auto expected = static_cast<size_t>(graph::element_count(graph.input_shape())) *
                          static_cast<size_t>(std::max(count, 0));
    require<ModelError>(count >= 0 && pictures.size() == expected, "runtime",
                        fmt::format("{} values for {} pictures of {}", pictures.size(), count,
                                    graph::to_string(graph.input_shape())));
    std::vector<float> logits(static_cast<size_t>(count) * graph.output_shape()[0]);
    if (count == 0) return logits;
    const OmpThreads threads(threads_);
    with_margay_errors("runtime", [&] { program_for(count).run(pictures.data(), logits.data()); });
    return logits;
  }

  int most_pictures() const override { return most_pictures_; }

  std::unique_ptr<predict::Executor> share(int threads) const override {
    require_thread_count(threads);
    return std::make_unique<CpuExecutor>(network_, threads > 0 ? threads : threads_, most_pictures_);
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
      programs_.push_front({batch, network_->program_for(batch)});
      if (programs_.size() > kKeptPrograms) programs_.pop_back();
    }
    return programs_.front().program;
  }

  std::shared_ptr<SharedNetwork> network_;
  int threads_, most_pictures_;
  std::list<Sized> programs_;
};

/// What pictures that are run together may take: half of what there is, since the last, smaller batch and
/// other layouts of values take as much again at the most. A training measures its own model in batches that
/// do not depend on the moment, so that a repetition gives the same; what it takes has just been there.
uint64_t bytes_together(const RuntimeOptions& options) {
  return options.is_trusted ? options.max_bytes : std::min(options.max_bytes, available_memory_bytes() / 2);
}

void require_picture_fits(const graph::Graph& graph, uint64_t needed, const RuntimeOptions& options) {
  if (options.is_trusted) return;
  const std::string takes = fmt::format("the network takes {} for one picture of {}", format_bytes(needed),
                                        graph::to_string(graph.input_shape()));
  require<ModelError>(needed <= options.max_bytes, "runtime",
                      fmt::format("{}, the limit is {}", takes, format_bytes(options.max_bytes)),
                      "`max_bytes` allows more"_worded);
  const uint64_t there = available_memory_bytes();
  require<ModelError>(needed <= there, "runtime",
                      fmt::format("{}, and there are {}", takes, format_bytes(there)),
                      "end other programs, or train it for smaller pictures: `size`"_worded);
}

}  // namespace

void RuntimeOptions::validate() const {
  require(max_bytes > 0, "runtime", "max_bytes is 0, expected at least 1");
  require_thread_count(threads);
}

std::unique_ptr<predict::Executor> make_executor(const graph::Graph& graph, const graph::Weights& weights,
                                                 RuntimeOptions options) {
  options.validate();
  graph::check_weights(graph, weights, "runtime");
  require<ModelError>(
      graph.output_shape().size() == 1, "runtime",
      fmt::format("the network gives {}, not a vector", graph::to_string(graph.output_shape())),
      "end it with flatten, global_avg_pool2d or linear");
  const uint64_t needed = bytes_per_picture(graph, make_plan(graph));
  require_picture_fits(graph, needed, options);
  const auto most =
      std::clamp<uint64_t>(bytes_together(options) / needed, 1, std::numeric_limits<int>::max());
  return with_margay_errors("runtime", [&] {
    return std::make_unique<CpuExecutor>(std::make_shared<SharedNetwork>(graph, weights),
                                         options.threads > 0 ? options.threads : usable_cpus(),
                                         static_cast<int>(most));
  });
}

std::vector<std::string_view> executed_operators() {
  std::vector<std::string_view> names;
  for (const graph::Operator& row : graph::operators())
    if (is_resolved_by_plan(row)) names.push_back(row.name);
  for (const OperatorRow& row : operator_rows()) names.push_back(row.op);
  return names;
}

}  // namespace margay::runtime
