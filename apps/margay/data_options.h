// What commands that open a data set have in common: how it is named on the command line, and what is said
// about it.
#pragma once

#include <CLI/CLI.hpp>
#include <stop_token>
#include <string>

#include "margay/data/dataset.h"

namespace margay::app {

struct DataOptions {
  std::string data;  ///< as the user typed it
  std::string labels = "top";
};

/// Adds DATA, described for all of them alike, and --labels. Returns the option DATA.
CLI::Option* add_data_options(CLI::App& command, DataOptions& options);

/// Opens what the user named, with progress unless `quiet`.
data::Dataset open_data(const DataOptions& options, std::stop_token stop, bool quiet = false);

/// Tells on standard error what was understood, then the warnings.
void print_understood(const data::Dataset& dataset);

}  // namespace margay::app
