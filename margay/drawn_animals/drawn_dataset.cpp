// Draws on all threads into a staging folder, then puts it in its place.
#include "margay/drawn_animals/drawn_dataset.h"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <mutex>
#include <string_view>

#include "margay/core/atomic_file.h"
#include "margay/core/cpu.h"
#include "margay/core/error.h"
#include "margay/core/file_system.h"
#include "margay/core/json.h"
#include "margay/core/random.h"
#include "margay/core/worker_pool.h"
#include "margay/datasets/staging_folder.h"
#include "margay/drawn_animals/animal.h"
#include "margay/image/encode.h"

namespace margay::drawn_animals {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWhere = "dataset.draw";
constexpr const char* kIndexName = "animals.json";
constexpr int kMinSize = 16, kMaxSize = 2048;
/// Changes whenever the same options give other pictures.
constexpr int kGeneratorVersion = 1;

/// One picture of the set, known before it is drawn.
struct PlannedPicture {
  std::string kind;
  uint64_t index = 0;  ///< within its kind
  std::string file;    ///< below the set's folder
};

std::string singular(std::string_view kind) {
  if (kind.ends_with('s')) kind.remove_suffix(1);
  return std::string(kind);
}

std::vector<std::string> sorted_classes(const DrawnDatasetOptions& options) {
  std::vector<std::string> classes = options.classes;
  std::sort(classes.begin(), classes.end());
  return classes;
}

std::vector<PlannedPicture> plan(const DrawnDatasetOptions& options) {
  const std::vector<std::string> classes = sorted_classes(options);
  const size_t total = static_cast<size_t>(options.count);
  std::vector<PlannedPicture> pictures;
  for (size_t c = 0; c < classes.size(); ++c) {
    const size_t n = total / classes.size() + (c < total % classes.size() ? 1 : 0);
    const size_t train = n - n / 3;
    for (size_t i = 0; i < n; ++i)
      pictures.push_back({classes[c], i,
                          fmt::format("{}/{}/{}.{}.jpg", i < train ? "train" : "validation", classes[c],
                                      singular(classes[c]), i)});
  }
  return pictures;
}

Json head_of_index(const DrawnDatasetOptions& options) {
  Json head;
  head["generator"] = "margay dataset draw";
  head["version"] = kGeneratorVersion;
  head["classes"] = sorted_classes(options);
  head["count"] = options.count;
  head["seed"] = options.seed;
  head["size"] = options.size > 0 ? Json(options.size) : Json();
  return head;
}

Json entry_of_index(const PlannedPicture& planned, const DrawnAnimal& drawn, uint64_t seed) {
  Json entry;
  entry["file"] = planned.file;
  entry["class"] = planned.kind;
  entry["width"] = drawn.picture.width;
  entry["height"] = drawn.picture.height;
  entry["box"] = {drawn.box.x, drawn.box.y, drawn.box.width, drawn.box.height};
  entry["seed"] = seed;
  entry["index"] = planned.index;
  return entry;
}

std::vector<uint8_t> encode(const DrawnAnimal& drawn, const PlannedPicture& planned, uint64_t seed) {
  Random random{hash_text("datasets.jpeg"), hash_text(planned.kind), seed, planned.index};
  return image::encode_jpeg(drawn.picture, static_cast<int>(60 + random.below(36)));
}

/// Without a flush each: the staging folder flushes once.
void write_plainly(const fs::path& path, const std::vector<uint8_t>& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  file.close();
  require<IoError>(file.good(), kWhere, fmt::format("cannot write {}", path.string()), "is the disk full?");
}

/// What stands in the way of drawing into `out`; false when it is free, true when this very set is there.
bool is_drawn_already(const fs::path& out, const DrawnDatasetOptions& options) {
  if (!path_exists(out) || is_empty_folder(out)) return false;
  constexpr const char* kHint = "choose another folder, or delete this one";
  require<IoError>(is_folder(out), kWhere, fmt::format("{} is there and is no folder", out.string()),
                   "choose another name");
  require<IoError>(is_file(out / kIndexName), kWhere, fmt::format("{} is not empty", out.string()), kHint);
  const std::string where = (out / kIndexName).string();
  const Json index = parse_json(read_text_file(out / kIndexName), where);
  const Json head = head_of_index(options);
  for (const auto& [key, value] : head.items())
    require<IoError>(index.is_object() && index.value(key, Json()) == value, kWhere,
                     fmt::format("{} holds a set that was drawn with another value of {}", out.string(), key),
                     kHint);
  for (const PlannedPicture& picture : plan(options))
    require<IoError>(is_file(out / picture.file), kWhere,
                     fmt::format("{} misses {}", out.string(), picture.file), kHint);
  return true;
}

/// Draws every planned picture into `folder`; returns the entries of the index in the order of the plan.
std::vector<Json> draw_all(const fs::path& folder, const std::vector<PlannedPicture>& pictures,
                           const DrawnDatasetOptions& options, const ProgressObserver& progress,
                           const std::stop_token& stop) {
  for (const PlannedPicture& picture : pictures) make_folder((folder / picture.file).parent_path());
  std::vector<Json> entries(pictures.size());
  std::mutex mutex;
  uint64_t done = 0;
  const auto draw_one = [&](size_t i) {
    require<Interrupted>(!stop.stop_requested(), kWhere, "stopped; nothing is left behind");
    const PlannedPicture& planned = pictures[i];
    const DrawnAnimal drawn = draw_animal(planned.kind, options.seed, planned.index, options.size);
    write_plainly(folder / planned.file, encode(drawn, planned, options.seed));
    entries[i] = entry_of_index(planned, drawn, options.seed);
    const std::lock_guard lock(mutex);
    ++done;
    if (progress) progress({"drawing animals", done, pictures.size(), "pictures"});
  };
  const int threads = options.threads > 0 ? options.threads : usable_cpus();
  if (threads == 1) {
    for (size_t i = 0; i < pictures.size(); ++i) draw_one(i);
  } else {
    WorkerPool pool(threads - 1);  // the calling thread draws as well
    pool.parallel_for(pictures.size(), draw_one);
  }
  return entries;
}

}  // namespace

void DrawnDatasetOptions::validate() const {
  const auto kinds = animal_kinds();
  require(!classes.empty(), kWhere, "no classes", fmt::format("choose of {}", fmt::join(kinds, ", ")));
  for (size_t i = 0; i < classes.size(); ++i) {
    const std::string& name = classes[i];
    require(std::find(kinds.begin(), kinds.end(), name) != kinds.end(), kWhere,
            fmt::format("no animals are called '{}'", name), hint_for_name(name, kinds));
    require(std::find(classes.begin(), classes.begin() + static_cast<ptrdiff_t>(i), name) ==
                classes.begin() + static_cast<ptrdiff_t>(i),
            kWhere, fmt::format("the class '{}' is given twice", name));
  }
  const int least = 3 * static_cast<int>(classes.size());
  require(count >= least && count <= 1'000'000, kWhere,
          fmt::format("{} pictures: expected {} to 1000000", count, least),
          "every class needs three pictures at least: two to train on, one to validate");
  require(size == 0 || (size >= kMinSize && size <= kMaxSize), kWhere,
          fmt::format("pictures of {0} x {0} pixels: expected {1} to {2}", size, kMinSize, kMaxSize));
  require(threads >= 0 && threads <= 1024, kWhere, fmt::format("{} threads: expected 0 to 1024", threads));
}

bool draw_dataset(const fs::path& out, const DrawnDatasetOptions& options, const ProgressObserver& progress,
                  std::stop_token stop) {
  options.validate();
  if (is_drawn_already(out, options)) return false;
  datasets::StagingFolder staging(out);
  Json index = head_of_index(options);
  index["pictures"] = draw_all(staging.path(), plan(options), options, progress, stop);
  write_file_atomically(staging.path() / kIndexName, index.dump(1) + "\n");
  staging.commit();
  return true;
}

}  // namespace margay::drawn_animals
