// What lies below a folder: pictures by their names or their first bytes, with a reason for everything else.
#pragma once

#include <filesystem>

#include "margay/data/listing.h"

namespace margay::data {

/// Links to folders that lie elsewhere. One in a set that came from others may lead into all of a disk.
enum class OutsideFolders { leave_out, follow };

/// Lists a folder and the folders in it. Only PNGs and files that are not named as pictures are opened, for
/// their first bytes. Links to files are followed wherever they lead; those to folders where they stay inside
/// `root`, or with `outside`, and never in a circle. Throws IoError when `root` cannot be listed.
Listing list_folder(const std::filesystem::path& root, OutsideFolders outside = OutsideFolders::leave_out);

inline constexpr const char* kLinkOutside = "a link to a folder outside the data set";
inline constexpr const char* kLinkInLinked = "a link to a folder in a linked folder";
inline constexpr const char* kClosedFolder = "a folder that cannot be opened";
inline constexpr const char* kUnreadableFile = "a file that cannot be opened";

}  // namespace margay::data
