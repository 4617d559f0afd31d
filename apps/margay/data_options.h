// What commands that open a data set have in common: how it is named on the command line, and what is said
// about it.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "margay/data/dataset.h"
#include "margay/recipe/source_config.h"

namespace margay::app {

struct DataOptions {
  std::string data;  ///< as the user typed it
  std::optional<std::string> labels;
  std::string label_pattern;
  data::TableOptions table;
  std::string root;
  bool follow_links = false;
  std::string max_megapixels;  ///< as it was given; see picture_limit.h
  bool verbose = false;
};

/// Adds DATA, described for all of them alike, and how it is read. Returns the option DATA.
CLI::Option* add_data_options(CLI::App& command, DataOptions& options);

/// Adds where the pictures of a table lie, for commands to which its classes mean nothing.
void add_table_options(CLI::App& command, DataOptions& options);

/// Adds --follow-links, which open_options and the listing of folders take.
void add_link_option(CLI::App& command, DataOptions& options);

/// How what the user named is read.
data::OpenOptions open_options(const DataOptions& options, std::stop_token stop, bool quiet = false);

/// The options that were given.
recipe::ReadingConfig reading_of(const DataOptions& options);

/// The same for a record, which means the same from any folder and in any environment: with the limit of
/// megapixels that holds, and an absolute root.
recipe::ReadingConfig recorded_reading(const DataOptions& options);

/// The options that make `reading`, for data that a run knows itself.
DataOptions options_of(const recipe::ReadingConfig& reading);

/// DATA with the options that were given, as a command line has them: every command that is advised about the
/// same data needs them.
std::string describe_in_command(const DataOptions& options);

/// Opens what the user named, with progress unless `quiet`.
data::Dataset open_data(const DataOptions& options, std::stop_token stop, bool quiet = false);

/// Tells on standard error what was understood and what was left out (by name with `verbose`), then the
/// warnings; with `quiet` those alone.
void print_understood(const data::Dataset& dataset, bool verbose, bool quiet = false);

/// What was left out, by reason and with `verbose` by name; nothing where nothing was.
std::string format_left_out(const data::LeftOut& left_out, bool verbose);

/// Pictures that cannot be used, with the reasons: the first, or all with `verbose`; nothing where there are
/// none.
std::string format_skipped(const std::vector<data::SkippedFile>& skipped, bool verbose);

/// The same of pictures that are used although something of them is missing or was ignored.
std::string format_noted(const std::vector<data::NotedFile>& noted, bool verbose);

}  // namespace margay::app
