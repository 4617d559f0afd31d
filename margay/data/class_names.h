// What the names of classes have to be, whatever they come from.
#pragma once

#include <string>
#include <vector>

namespace margay::data {

/// Why a text cannot name a class: blank, or with an end of a line or a zero byte in it; empty for a good
/// one.
std::string fault_of_class_name(const std::string& name);

/// A warning for each two names that people take for one, such as 1 and 01, with how they differ, at most
/// ten; and one for a name that stands for a missing label, such as nan.
std::vector<std::string> warnings_about_class_names(const std::vector<std::string>& classes);

/// Another name among `classes` that people take for `name`; empty where there is none.
std::string look_alike_of(const std::string& name, const std::vector<std::string>& classes);

/// A name in quotes for messages, printable; a long one is shortened.
std::string quoted_name(const std::string& name);

}  // namespace margay::data
