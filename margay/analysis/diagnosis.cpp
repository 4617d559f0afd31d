// The order in which the rules are asked.
#include "margay/analysis/diagnosis.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "margay/analysis/evidence.h"
#include "margay/analysis/findings.h"

namespace margay::analysis {
namespace {

/// What the steps did wrong, where that is so clear that nothing else need be asked.
std::optional<Finding> finding_of_steps(const Evidence& run) {
  for (const auto& rule : {unstable, rate_too_high, rate_too_low, stuck_at_chance})
    if (auto finding = rule(run)) {
      // A handful of steps leads nowhere, whatever their size.
      const bool tells = !run.few_steps() || has_exploded(run) || finding->condition == Condition::unstable;
      return tells ? *finding : too_short(run);
    }
  return std::nullopt;
}

/// Where a rate far out explains what was found.
bool says_less(const Finding& finding) {
  return finding.condition == Condition::too_short || finding.condition == Condition::stuck_at_chance;
}

std::vector<Finding> findings_of(const Evidence& run) {
  if (const auto index = run.first_not_finite()) return {not_finite(run, *index)};
  if (run.epochs() == 0) return {too_short(run)};
  if (run.context().converged) return {converged(run)};
  if (auto still = standstill(run)) return {*still};
  auto far_out = diverged(run);
  if (!far_out) far_out = rate_far_out(run);
  if (run.epochs() < kFewestEpochs) return {far_out ? *far_out : too_short(run)};
  if (auto finding = finding_of_steps(run)) return {far_out && says_less(*finding) ? *far_out : *finding};
  if (far_out) return {*far_out};
  std::vector<Finding> findings;
  const auto add = [&](std::optional<Finding> finding) {
    if (finding) findings.push_back(std::move(*finding));
  };
  if (run.validated()) {
    const auto shuffled = shuffled_labels(run);
    add(shuffled ? shuffled : overfitting(run));
  }
  // A gap with falling validation loss is both; a rising one has nothing to gain from more epochs.
  if (findings.empty() || !run.val_loss_rises()) add(still_improving(run));
  if (findings.empty()) add(underfitting(run));
  if (!run.validated()) findings.push_back(no_validation(run));
  if (findings.empty())
    findings.push_back(run.validated() && !run.validation_tells_something() ? cannot_tell(run)
                                                                            : healthy(run));
  return findings;
}

}  // namespace

bool Diagnosis::has(Condition condition) const {
  return std::ranges::any_of(findings,
                             [&](const Finding& finding) { return finding.condition == condition; });
}

Diagnosis diagnose(const run::History& history, const DiagnosisContext& context) {
  const Evidence run(history, context);
  std::vector<Finding> findings = findings_of(run);
  if (findings.front().condition == Condition::not_finite) return {std::move(findings)};
  // Whatever the numbers say, they say it of hardly any pictures, or of the wrong ones.
  for (const auto& of_pictures : {too_few_pictures(run), no_new_pictures(run)}) {
    if (!of_pictures) continue;
    const bool none_new = of_pictures->condition == Condition::no_new_pictures;
    const bool too_few = of_pictures->condition == Condition::too_few_pictures;
    std::erase_if(findings, [&](const Finding& finding) {
      // More epochs with so few pictures would tell no more.
      return finding.condition == Condition::healthy ||
             (too_few && finding.condition == Condition::too_short && !run.few_steps()) ||
             (none_new && finding.condition == Condition::too_few_pictures);
    });
    findings.insert(findings.begin(), *of_pictures);
  }
  return {std::move(findings)};
}

}  // namespace margay::analysis
