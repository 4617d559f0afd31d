// The loss with its gradient, and L-BFGS on it.
#include "margay/head/logistic.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>
#include <utility>

#include "margay/core/error.h"
#include "margay/core/vector_clones.h"

namespace margay::head {
namespace {

using Vector = std::vector<double>;

constexpr size_t kLanes = 16;

MARGAY_VECTOR_CLONES
double dot(const float* x, const double* w, size_t n) {
  double lanes[kLanes] = {};
  size_t i = 0;
  for (; i + kLanes <= n; i += kLanes)
    for (size_t lane = 0; lane < kLanes; ++lane)
      lanes[lane] += static_cast<double>(x[i + lane]) * w[i + lane];
  double sum = std::accumulate(lanes, lanes + kLanes, 0.0);
  for (; i < n; ++i) sum += static_cast<double>(x[i]) * w[i];
  return sum;
}

MARGAY_VECTOR_CLONES
void add_scaled(const float* x, double factor, size_t n, double* sum) {
  for (size_t i = 0; i < n; ++i) sum[i] += factor * static_cast<double>(x[i]);
}

double dot(const Vector& a, const Vector& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

/// Cross-entropy of one vector; its logits become the derivatives by them.
double cross_entropy(std::span<double> logits, int label) {
  if (logits.size() == 1) {
    const double towards = label == 1 ? logits[0] : -logits[0];  // positive: right
    const double wrong =
        towards > 0 ? std::exp(-towards) / (1 + std::exp(-towards)) : 1 / (1 + std::exp(towards));
    logits[0] = label == 1 ? -wrong : wrong;
    return std::max(-towards, 0.0) + std::log1p(std::exp(-std::abs(towards)));
  }
  const double own = logits[static_cast<size_t>(label)];
  const double highest = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (double& logit : logits) sum += logit = std::exp(logit - highest);
  for (double& logit : logits) logit /= sum;
  logits[static_cast<size_t>(label)] -= 1;
  return highest + std::log(sum) - own;
}

bool is_right(std::span<const double> logits, int label) {
  if (logits.size() == 1) return (logits[0] >= 0) == (label == 1);
  return std::max_element(logits.begin(), logits.end()) - logits.begin() == label;
}

void compute_logits(const Linear& linear, const float* x, std::span<double> logits) {
  for (size_t k = 0; k < linear.outputs; ++k)
    logits[k] = dot(x, linear.row(k).data(), linear.width) + linear.row(k).back();
}

/// The function that is minimised. Sums are made in blocks whose number does not depend on the threads.
class Objective {
 public:
  Objective(const Examples& examples, std::span<const size_t> pictures, double l2, WorkerPool& pool)
      : examples_(examples), pictures_(pictures), l2_(l2), pool_(pool) {
    views_ = examples.vectors() / examples.pictures();
    for (const size_t picture : pictures) total_ += class_weight(picture);
    const size_t blocks = std::clamp(pictures.size() * views_ / kFewest, size_t{1}, kMostBlocks);
    blocks_.resize(blocks);
  }

  /// Its value at `linear`, and its gradient there.
  double operator()(const Linear& linear, Vector& gradient) {
    pool_.parallel_for(blocks_.size(), [&](size_t block) { evaluate(linear, block); });
    gradient.assign(linear.values.size(), 0.0);
    double value = 0;
    for (const Block& block : blocks_) {
      value += block.value;
      for (size_t i = 0; i < gradient.size(); ++i) gradient[i] += block.gradient[i];
    }
    for (size_t i = 0; i < gradient.size(); ++i) {
      if (i % (linear.width + 1) == linear.width) continue;
      value += 0.5 * l2_ * linear.values[i] * linear.values[i];
      gradient[i] += l2_ * linear.values[i];
    }
    return value;
  }

 private:
  static constexpr size_t kFewest = 128;  ///< vectors of a block
  static constexpr size_t kMostBlocks = 16;

  struct Block {
    double value = 0;
    Vector gradient;
  };

  double class_weight(size_t picture) const {
    return examples_.weights.empty() ? 1 : examples_.weights[static_cast<size_t>(examples_.labels[picture])];
  }

  void evaluate(const Linear& linear, size_t index) {
    Block& block = blocks_[index];
    block.value = 0;
    block.gradient.assign(linear.values.size(), 0.0);
    Vector logits(linear.outputs);
    const size_t count = pictures_.size() * views_, width = linear.width;
    for (size_t i = count * index / blocks_.size(); i < count * (index + 1) / blocks_.size(); ++i) {
      const size_t picture = pictures_[i % pictures_.size()];
      const size_t vector = i / pictures_.size() * examples_.pictures() + picture;
      const float* x = examples_.features.data() + vector * width;
      const double share = class_weight(picture) / (total_ * static_cast<double>(views_));
      compute_logits(linear, x, logits);
      block.value += share * cross_entropy(logits, examples_.labels[picture]);
      for (size_t k = 0; k < linear.outputs; ++k) {
        double* row = block.gradient.data() + k * (width + 1);
        add_scaled(x, share * logits[k], width, row);
        row[width] += share * logits[k];
      }
    }
  }

  const Examples& examples_;
  std::span<const size_t> pictures_;
  double l2_;
  WorkerPool& pool_;
  size_t views_ = 1;
  double total_ = 0;
  std::vector<Block> blocks_;
};

/// The last steps with what they changed about the gradient, which stand for the curvature.
class Curvature {
 public:
  void add(Vector step, Vector change) {
    const double product = dot(step, change);
    if (!(product > 0)) return;
    if (pairs_.size() == kKept) pairs_.pop_front();
    pairs_.push_back({std::move(step), std::move(change), 1 / product});
  }

  bool empty() const { return pairs_.empty(); }
  void clear() { pairs_.clear(); }

  /// Where to go from a gradient: the two-loop recursion.
  Vector direction(Vector gradient) const {
    Vector factors(pairs_.size());
    for (size_t i = pairs_.size(); i-- > 0;) {
      factors[i] = pairs_[i].scale * dot(pairs_[i].step, gradient);
      add(-factors[i], pairs_[i].change, gradient);
    }
    double length = 1 / std::max(1.0, std::sqrt(dot(gradient, gradient)));
    if (!pairs_.empty()) length = 1 / (pairs_.back().scale * dot(pairs_.back().change, pairs_.back().change));
    for (double& value : gradient) value *= length;
    for (size_t i = 0; i < pairs_.size(); ++i)
      add(factors[i] - pairs_[i].scale * dot(pairs_[i].change, gradient), pairs_[i].step, gradient);
    for (double& value : gradient) value = -value;
    return gradient;
  }

  static void add(double factor, const Vector& vector, Vector& sum) {
    for (size_t i = 0; i < sum.size(); ++i) sum[i] += factor * vector[i];
  }

 private:
  static constexpr size_t kKept = 12;
  struct Pair {
    Vector step, change;
    double scale;  ///< 1 / (step . change)
  };
  std::deque<Pair> pairs_;
};

double largest(const Vector& gradient) {
  double most = 0;
  for (const double value : gradient) most = std::max(most, std::abs(value));
  return most;
}

/// Where the fit is.
struct Point {
  Linear linear;
  double value = 0;
  Vector gradient;
};

/// Goes along `direction` until the value has fallen enough (Armijo); false where rounding hides any fall.
bool take_step(Objective& objective, const Vector& direction, Point& point) {
  constexpr double kEnough = 1e-4, kShortest = 1e-10;
  const double slope = dot(direction, point.gradient);
  if (!(slope < 0)) return false;
  for (double length = 1; length > kShortest;) {
    Point next = point;
    Curvature::add(length, direction, next.linear.values);
    next.value = objective(next.linear, next.gradient);
    if (next.value <= point.value + kEnough * length * slope) {
      point = std::move(next);
      return true;
    }
    // The lowest point of the parabola through what is known.
    const double lowest = -slope * length * length / (2 * (next.value - point.value - slope * length));
    length = std::isfinite(lowest) ? std::clamp(lowest, 0.1 * length, 0.5 * length) : 0.1 * length;
  }
  return false;
}

}  // namespace

FittedLogistic fit_logistic(const Examples& examples, std::span<const size_t> pictures, double l2,
                            const Linear& start, WorkerPool& pool, const FitOptions& options) {
  require(!pictures.empty() && l2 > 0, "head",
          fmt::format("{} pictures and an L2 strength of {}, expected some of both", pictures.size(), l2));
  Objective objective(examples, pictures, l2, pool);
  Point point{start, 0, {}};
  if (start.values.empty()) {
    const size_t outputs = outputs_for(examples.classes);
    point.linear = {examples.width, outputs, Vector(outputs * (examples.width + 1))};
  }
  point.value = objective(point.linear, point.gradient);
  Curvature curvature;
  int steps = 0;
  while (largest(point.gradient) > options.tolerance && steps < options.max_steps) {
    if (options.stop.stop_requested()) throw Interrupted("head", "stopped");
    Vector step = point.linear.values, change = point.gradient;
    if (!take_step(objective, curvature.direction(point.gradient), point)) {
      if (curvature.empty()) break;
      curvature.clear();
      continue;
    }
    ++steps;
    for (size_t i = 0; i < step.size(); ++i) {
      step[i] = point.linear.values[i] - step[i];
      change[i] = point.gradient[i] - change[i];
    }
    curvature.add(std::move(step), std::move(change));
  }
  return {std::move(point.linear), point.value, largest(point.gradient), steps};
}

Score score(const Linear& linear, const Examples& examples, std::span<const size_t> pictures,
            WorkerPool& pool) {
  Score result{Vector(pictures.size()), std::vector<char>(pictures.size())};
  pool.parallel_for(pictures.size(), [&](size_t i) {
    Vector logits(linear.outputs);
    compute_logits(linear, examples.features.data() + pictures[i] * linear.width, logits);
    const int label = examples.labels[pictures[i]];
    result.right[i] = is_right(logits, label);
    result.losses[i] = cross_entropy(logits, label);
  });
  return result;
}

}  // namespace margay::head
