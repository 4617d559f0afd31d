// Sweeps: the order of trials, and what is said of them.
#include "margay/analysis/sweep.h"

#include <doctest/doctest.h>

#include <limits>

#include "margay/text/format_sweep.h"
#include "tests/analysis/made_trials.h"

namespace margay::analysis {
namespace {

using test::failed_trial;
using test::trial_of;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST_CASE("the best trial has the highest accuracy and of equal ones the lower loss") {
  CHECK(is_better(trial_of(1, 0.8, 0.5), trial_of(2, 0.7, 0.1)));
  CHECK(is_better(trial_of(1, 0.8, 0.4), trial_of(2, 0.8, 0.5)));
  CHECK_FALSE(is_better(trial_of(1, 0.8, 0.5), trial_of(2, 0.8, 0.5)));
  CHECK(is_better(trial_of(1, 0.1, 9), failed_trial(2)));
  CHECK(is_better(trial_of(1, 0.1, 9), trial_of(2, kNan, kNan)));
  const Sweep sweep{
      {trial_of(1, 0.7, 0.5), failed_trial(2), trial_of(3, 0.8, 0.5), trial_of(4, 0.9, 0.5, false)}};
  REQUIRE(sweep.best() != nullptr);
  CHECK(sweep.best()->number == 3);  // the fourth was given up early
  CHECK(Sweep{{failed_trial(1)}}.best() == nullptr);
  CHECK(Sweep{}.best() == nullptr);
}

TEST_CASE("the table begins with the best and the verdict says how sure it is") {
  const std::string text = text::format_sweep(
      {{trial_of(1, 0.70, 0.5), failed_trial(2), trial_of(3, 0.80, 0.5), trial_of(4, 0.79, 0.5)}});
  CAPTURE(text);
  CHECK(text.find("\n3 ") < text.find("\n4 "));
  CHECK(text.find("\n4 ") < text.find("\n1 "));
  CHECK(text.find("Trial 2 failed: the loss became nan") != std::string::npos);
  CHECK(text.find("Best is trial 3: optimizer.lr=0.003 optimizer.name=adam") != std::string::npos);
  CHECK(text.find("77.4 to 82.4 %") != std::string::npos);
  CHECK(text.find("1 other trial is inside that interval") != std::string::npos);
  CHECK(text.find("best of 4 trials on the same pictures looks better than it is") != std::string::npos);
  CHECK(text::format_sweep({{trial_of(1, 0.5, 0.7), trial_of(2, 0.5, 0.7)}})
            .find("it does not show whether they learned") != std::string::npos);
  CHECK(text::format_sweep({{failed_trial(1)}}).find("No trial was trained to its end") != std::string::npos);
}

TEST_CASE("json and csv have every trial in the order of the numbers") {
  const Sweep sweep{{trial_of(1, 0.7, 0.5), failed_trial(2), trial_of(3, kNan, kNan)}};
  const Json document = to_json(sweep);
  REQUIRE(document["trials"].size() == 3);
  CHECK(document["best"] == 1);
  CHECK(document["trials"][0]["settings"]["optimizer.lr"] == 1e-3);
  CHECK(document["trials"][0]["interval"].size() == 2);
  CHECK(document["trials"][1]["failure"] == "the loss became nan");
  CHECK(document["trials"][2]["val_accuracy"].is_null());
  const std::string csv = to_csv(sweep);
  CHECK(
      csv.starts_with("trial,optimizer.lr,optimizer.name,complete,epochs,accuracy,loss,val_accuracy,val_loss,"
                      "interval_low,interval_high,training_seconds,failure\n1,0.001,adam,true,4,"));
  CHECK(csv.find("\n2,10.0,sgd,false,0,\"\",\"\",\"\",\"\",\"\",\"\",\"\",the loss became nan\n") !=
        std::string::npos);
}

}  // namespace
}  // namespace margay::analysis
