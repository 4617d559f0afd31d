// One place after another; why each had nothing is told when none has.
#include "margay/fetch/published_file.h"

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include "margay/core/atomic_file.h"
#include "margay/core/bare_reason.h"
#include "margay/core/error.h"
#include "margay/core/file_kind.h"
#include "margay/core/file_system.h"
#include "margay/fetch/download_lock.h"
#include "margay/fetch/mirrors.h"

namespace margay::fetch {
namespace fs = std::filesystem;
namespace {

std::string mirrors_of_environment() {
  const char* value = std::getenv("MARGAY_MIRROR");
  return value != nullptr ? value : "";
}

/// Servers that have no such file, or want somebody to log in, often say so in a page, with status 200.
void require_no_page(const fs::path& path) {
  require<FormatError>(!is_markup(path), "fetch", "what it has under that name is a page (HTML or XML)");
}

class Search {
 public:
  Search(const PublishedFile& file, const FindOptions& options, const ProgressObserver& progress,
         const std::stop_token& stop)
      : file_(file), options_(options), progress_(progress), stop_(stop) {}

  FoundFile run() {
    const std::string mirrors = options_.mirror ? *options_.mirror : mirrors_of_environment();
    for (const std::string& entry : split_mirrors(mirrors))
      for (const std::string& name : file_.names) {
        const std::string place = place_in_mirror(entry, name);
        if (auto found = is_address(entry) ? from_address(place, name) : from_folder(place)) return *found;
      }
    if (auto found = from_address(file_.url, file_.names.front())) return *found;
    throw IoError("fetch",
                  fmt::format("cannot get {}. Tried: {}", file_.names.front(), fmt::join(tried_, "; ")),
                  fmt::format("look at the network, or set MARGAY_MIRROR to a folder or address that has {}",
                              fmt::join(file_.names, " or ")));
  }

 private:
  std::optional<FoundFile> from_folder(const fs::path& place) {
    std::error_code unreadable;
    const std::string origin = absolute_path(place).lexically_normal().string();
    if (is_refused(origin)) return std::nullopt;
    if (fs::is_regular_file(place, unreadable)) return checked({place, origin, false});
    tried_.push_back(fmt::format("{}: no such file", place.string()));
    return std::nullopt;
  }

  std::optional<FoundFile> from_address(const std::string& url, const std::string& name) {
    if (is_refused(url)) return std::nullopt;
    if (options_.downloads.empty()) {
      tried_.push_back(
          fmt::format("{}: there is no home folder to download into; set MARGAY_CACHE to one", url));
      return std::nullopt;
    }
    const fs::path target = options_.downloads / name;
    std::error_code unreadable;
    if (options_.reuse && fs::is_regular_file(target, unreadable))
      if (auto found = checked({target, url, true})) return found;
    try {
      make_folder(options_.downloads);
      const DownloadLock lock(options_.downloads / fmt::format(".{}.lock", name), name);
      download(url, target, options_.download, progress_, stop_);
    } catch (const IoError& error) {
      tried_.push_back(bare_reason(error));  // where it failed is said once, by the whole
      return std::nullopt;
    }
    return checked({target, url, true});
  }

  /// Whether a place was found to be of no use before, which is told with what is tried now.
  bool is_refused(const std::string& origin) {
    const auto known = std::ranges::find(file_.refused, origin, &RefusedPlace::origin);
    if (known == file_.refused.end()) return false;
    tried_.push_back(fmt::format("{}: {}", origin, known->reason));
    return true;
  }

  std::optional<FoundFile> checked(FoundFile found) {
    try {
      require_no_page(found.path);
      if (file_.check) file_.check(found);
      return found;
    } catch (const Interrupted&) {
      throw;
    } catch (const Error& error) {
      tried_.push_back(fmt::format("{}: {}", found.origin, bare_reason(error)));
      std::error_code ignored;
      if (found.downloaded) fs::remove(found.path, ignored);
      return std::nullopt;
    }
  }

  const PublishedFile& file_;
  const FindOptions& options_;
  const ProgressObserver& progress_;
  const std::stop_token& stop_;
  std::vector<std::string> tried_;
};

}  // namespace

FoundFile find_file(const PublishedFile& file, const FindOptions& options, const ProgressObserver& progress,
                    const std::stop_token& stop) {
  return Search(file, options, progress, stop).run();
}

}  // namespace margay::fetch
