// Folder names and table values that mean a split, however people spell them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace margay::data {

/// "train", "validation" or "test" for names such as Training, test_set, TRAIN, val2017 and train-images;
/// empty for other names. Case, separators, years, and words such as set, data and images make no difference.
/// What may be either, such as eval and holdout, is validation.
std::string split_of_name(std::string_view name);

/// The same for names that say other things besides, such as trainLabels and pets_test.
std::string split_in_name(std::string_view name);

/// The split that a name would be if it had not one slip in it, as trian has: "train", "validation" or
/// "test", else empty, as for names that are splits.
std::string split_misspelt_as(std::string_view name);

/// The same as of one name for the folders of one data set, by their names. Those that may be either are the
/// test set where another folder is validation; and where no name is a split alone, names that differ in
/// nothing but the split are, such as flowers_train and flowers_test. Folders that are no splits are not in
/// it.
std::map<std::string, std::string, std::less<>> splits_of_folders(const std::vector<std::string>& folders);

}  // namespace margay::data
