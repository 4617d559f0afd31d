// Gathers what report.html shows.
#include "margay/workflow/run_report.h"

#include <filesystem>

#include "margay/augment/pipeline.h"
#include "margay/core/atomic_file.h"
#include "margay/graph/summary.h"
#include "margay/report/report_page.h"
#include "margay/report/shell_word.h"

namespace margay::workflow {

std::string command_of(const std::vector<std::string>& command_line) {
  std::string text;
  for (const std::string& word : command_line) text += (text.empty() ? "" : " ") + report::shell_word(word);
  return text;
}

bool mixes_pictures(const TrainingRequest& request) {
  return !augment::Pipeline::parse(request.config.augment).mix().empty() && request.data->train.size() > 1;
}

void write_run_report(const TrainingRequest& request, const TrainingRun& run) {
  report::RunReport page;
  const std::string data_name = run.config.source.data.filename().string();
  page.title = fmt::format("{} on {}", run.config.source.recipe, data_name);
  page.command = command_of(request.command_line);
  page.history = run.result.history;
  page.diagnosis = run.diagnosis;
  page.summary_text = graph::format_summary(
      graph::summarize(recipe::build_network(run.config, static_cast<int>(request.data->classes.size()))));
  page.config_toml = read_text_file(run.directory.config());
  page.environment =
      parse_json(read_text_file(run.directory.environment()), run.directory.environment().string());
  if (run.evaluation.count > 0) page.evaluation = run.evaluation.to_json();
  page.evaluated_model =
      recipe::describe_kept(recipe::name_of(run.config.training.keep), run.result.kept_epoch) +
      ", in float32";
  page.skipped = request.data->skipped();
  page.noted = request.data->noted();
  page.samples_png = run.directory.samples();
  if (std::filesystem::exists(run.directory.augmented())) page.augmented_png = run.directory.augmented();
  page.augmented_mixes = mixes_pictures(request);
  report::write_report(run.directory.report(), page);
}

}  // namespace margay::workflow
