// What stands on the pages besides the sentences of diagnosis and story: headings, captions, legends and
// notes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "margay/text/language.h"

namespace margay::text {

/// The words of pages in a language, a function each.
class PageText {
 public:
  explicit PageText(Language language = Language::english) : language_(language) {}

  Language language() const { return language_; }

  // Of all pages.

  std::string not_drawn(std::string_view what, std::string_view why) const;
  std::vector<std::string> epoch_columns() const;
  std::string the_epoch() const;
  std::string all_epochs(size_t count) const;
  std::string decisions_lead() const;
  std::string and_more(int64_t rest) const;
  std::string class_name() const;
  std::string all() const;
  std::string pictures_of_classes(size_t count) const;
  std::string pictures_of_first(size_t named, size_t count) const;

  // The layers of a network.

  std::vector<std::string> network_columns() const;
  std::string running_statistics(int64_t count) const;
  std::string network_note(int64_t parameters, const std::string& untrained, double megabytes) const;
  std::string all_layers(size_t count) const;

  // Scores and confusion.

  std::vector<std::string> score_columns() const;
  std::string scores_of_all(size_t count) const;
  std::string scores_of_lowest(size_t count) const;
  std::string recognised(const std::string& name) const;
  std::string taken_for(const std::string& truth, const std::string& said) const;
  std::string matrix_legend() const;
  std::string click_a_number() const;
  std::string matrix_corner() const;
  std::string never_confused() const;
  std::string most_confused() const;
  std::vector<std::string> pair_columns() const;
  std::string confusion_matrix() const;
  std::string pictures_of_cells() const;
  std::string most_confident(const std::string& all, int64_t shown) const;
  std::string cell_summary(const std::string& described, int64_t count) const;

  // Pictures with answers.

  std::string true_class() const;
  std::string all_right() const;
  std::string least_confident() const;

  // Curves.

  std::string accuracy() const;
  std::string loss() const;
  std::string learning_rate() const;
  std::string images_per_second() const;
  std::string seconds() const;
  std::string by_epoch(const std::string& panel) const;

  // Tiles and sections of a report.

  std::string validation_accuracy() const;
  std::string training_accuracy() const;
  std::string interval(double low, double high) const;
  std::string no_validation_pictures() const;
  std::string last_epoch() const;
  std::string training() const;
  std::string features_then_layer() const;
  std::string epochs() const;
  std::string of_training(double seconds) const;
  std::string of_fitted_layer() const;
  std::string speed() const;
  std::string pictures_a_second() const;
  std::string pictures_tile() const;
  std::string mean_cross_entropy() const;
  std::string measured_on(const std::string& pictures, const std::string& weights,
                          const std::string& loss) const;
  std::string with_weights(const std::string& weights) const;
  std::string mixed_alternative() const;
  std::string mixed_caption() const;
  std::string variants_alternative() const;
  std::string variants_caption() const;
  std::string samples_alternative() const;
  std::string samples_caption() const;
  std::string same_weights() const;
  std::string to_measure() const;
  std::string configuration() const;
  std::string machine() const;
  std::string one_point_caption() const;
  std::string curves_caption() const;
  std::string training_and_validation() const;
  std::string curves() const;
  std::string diagnosis() const;
  std::string what_next() const;
  std::string class_by_class() const;
  std::string mistakes() const;
  std::string training_pictures() const;
  std::string network() const;
  std::string left_out() const;
  std::string with_a_note() const;
  std::string decided() const;
  std::string how_made() const;
  std::string how_to_repeat() const;

  // Steps of a story.

  std::string in_short() const;
  std::string look_at_pictures() const;
  std::string row_alternative() const;
  std::string row_caption() const;
  std::string pictures_to_numbers() const;
  std::string the_network() const;
  std::string how_it_learns() const;
  std::string train() const;
  std::string what_curves_say() const;
  std::string first_curves_caption() const;
  std::string show_differently() const;
  std::string story_variants_caption() const;
  std::string forget_a_part() const;
  std::string train_again() const;
  std::string what_it_changed() const;
  std::string both_curves_caption() const;
  std::string decided_by_itself() const;
  std::vector<std::string> comparison_columns() const;
  std::string interval_cell(double low, double high) const;
  std::string gap_cell(double gap) const;
  std::string picture_of_class(const std::string& truth, const std::string& file) const;
  std::string it_shows(const std::string& truth) const;
  std::string ask_it() const;
  std::string for_this_network(const std::string& advice) const;
  std::string pretrained_lead() const;
  std::string copy_a_recipe() const;
  std::string your_own_pictures() const;
  std::string made_by(const std::string& data, const std::string& time) const;
  std::string in_time(double seconds) const;

  // With numbers that decide about the words.

  /// "1 picture", "2,000 pictures"
  std::string pictures(int64_t count) const;
  std::string were_left_out(int64_t files) const;
  std::string are_used(int64_t files) const;
  /// Of all mistakes `shown` are below it.
  std::string mistakes_below(int64_t mistakes, int64_t shown) const;
  /// A further column of a history, such as "Highest loss"; unknown ones as they are.
  std::string column(const std::string& title) const;
  /// "train", "validation", "test" and "all"; others as they are.
  std::string split(std::string_view name) const;
  /// "1,000 validation pictures"; of the split "all": "1,000 pictures".
  std::string pictures_of(std::string_view split, int64_t count) const;
  /// "of the split test"; nothing for "all".
  std::string of_split(std::string_view split) const;

 private:
  template <class... Arguments>
  std::string say(fmt::format_string<Arguments...> english, fmt::format_string<Arguments...> chinese,
                  Arguments&&... arguments) const {
    return text::say<Arguments...>(language_, english, chinese, std::forward<Arguments>(arguments)...);
  }

  Language language_;
};

}  // namespace margay::text
