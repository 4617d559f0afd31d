// Which names mean a split, and which only look like one.
#include "margay/data/split_names.h"

#include <doctest/doctest.h>

using namespace margay::data;

using Splits = std::map<std::string, std::string, std::less<>>;

TEST_CASE("splits are known in any usual spelling") {
  for (const char* name :
       {"train", "Training", "TRAIN", "trn", "training_set", "train-set", "TrainSet", "trainset",
        "train_images", "traindataset", "train2017", "Train Data", "images_train"})
    CHECK_MESSAGE(split_of_name(name) == "train", name);
  for (const char* name : {"validation", "Val", "valid", "validation_set", "val2017", "ValSet", "dev", "eval",
                           "holdout", "hold_out", "Hold-Out", "held out", "evaluation"})
    CHECK_MESSAGE(split_of_name(name) == "validation", name);
  for (const char* name : {"test", "Testing", "TEST", "test_set", "testset", "test-images", "tst", "tests"})
    CHECK_MESSAGE(split_of_name(name) == "test", name);
}

TEST_CASE("other names are no splits") {
  for (const char* name :
       {"", "cats", "trains", "invalid", "testament", "contest", "validity", "devil", "images", "data",
        "2017", "train1", "train_test", "steam train", "test bench", "trainer"})
    CHECK_MESSAGE(split_of_name(name).empty(), name);
}

TEST_CASE("folders of one data set explain each other") {
  CHECK(splits_of_folders({"train", "val", "eval"}) ==
        Splits{{"train", "train"}, {"val", "validation"}, {"eval", "test"}});
  CHECK(splits_of_folders({"train", "holdout"}) == Splits{{"train", "train"}, {"holdout", "validation"}});
  CHECK(splits_of_folders({"flowers_train", "flowers_test", "extra"}) ==
        Splits{{"flowers_train", "train"}, {"flowers_test", "test"}});
  CHECK(splits_of_folders({"train", "test", "train_labels", "test_labels"}) ==
        Splits{{"train", "train"}, {"test", "test"}});
  CHECK(splits_of_folders({"steam_train", "car"}).empty());
  CHECK(splits_of_folders({"test1", "test2"}).empty());
}

TEST_CASE("a slip in the name of a split is known from other words") {
  for (const char* name : {"trian", "tran", "TRAIM", "traning"})
    CHECK_MESSAGE(split_misspelt_as(name) == "train", name);
  for (const char* name : {"vaild", "validaton", "valdiation"})
    CHECK_MESSAGE(split_misspelt_as(name) == "validation", name);
  for (const char* name : {"tset", "tesst"}) CHECK_MESSAGE(split_misspelt_as(name) == "test", name);
  for (const char* name : {"", "train", "val", "va", "spring", "birds", "0", "cars"})
    CHECK_MESSAGE(split_misspelt_as(name).empty(), name);
}
