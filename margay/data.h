// Pictures with labels: from files, from memory, or a data set of one's own. Part of margay's public surface;
// needs no libtorch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "margay/core/errors.h"
#include "margay/image/image.h"
#include "margay/image/pixel_view.h"

namespace margay {

struct Model;  // margay/predict.h

using image::Image;       ///< RGB pixels in memory
using image::ImageView;   ///< the same, owned by somebody else
using image::PixelOrder;  ///< rgb, bgr, rgba, bgra, gray, gray_alpha
using image::PixelView;   ///< pixels of one's own, in any order, with gaps between rows

/// A picture and what it shows.
struct Example {
  Image picture;                      ///< of any size; without pixels where it is encoded
  std::string label;                  ///< the name of its class
  std::vector<uint8_t> encoded = {};  ///< or the bytes of a file, such as a JPEG
};

/// Pictures with labels: whatever knows how many there are and can give each of them. Both are called from
/// several threads at once, and the same number gives the same example every time. An exception of `get`
/// makes the picture one that is skipped, as long as `label` knows what it shows.
class MARGAY_API Dataset {
 public:
  virtual ~Dataset();
  virtual size_t size() const = 0;
  virtual Example get(size_t i) const = 0;
  /// That of `get(i)`; override it where it costs less.
  virtual std::string label(size_t i) const;
  /// "train", "validation" or "test" where pictures are divided already; empty as it is here.
  virtual std::string split_of(size_t i) const;
  /// For messages: "picture 17" unless it has a better one.
  virtual std::string name(size_t i) const;
};

/// Pictures that were never files, in the order in which they are added; they are copied. Adding is for one
/// thread.
class MARGAY_API PicturesInMemory : public Dataset {
 public:
  /// `split` is empty where nobody has divided them yet. Throws UsageError for a picture without pixels, an
  /// empty label or another split than train, validation and test.
  void add(ImageView picture, const std::string& label, const std::string& split = {});
  void add(const PixelView& picture, const std::string& label, const std::string& split = {});
  /// The bytes of a file such as a JPEG.
  void add_encoded(std::span<const uint8_t> bytes, const std::string& label, const std::string& split = {});

  size_t size() const override;
  Example get(size_t i) const override;
  std::string label(size_t i) const override;
  std::string split_of(size_t i) const override;

 private:
  void keep(Example example, const std::string& split);

  std::vector<Example> examples_;
  std::vector<std::string> splits_;
};

/// How a folder, an archive or a table is read; empty texts and no columns: as it is guessed and said.
struct PictureFilesOptions {
  std::string labels;  ///< which folder says the class where folders lie in folders: "top", "leaf" or "path"
  std::string label_pattern;  ///< an ECMAScript regular expression that finds the class in names of files
  std::string path_column, label_column, split_column;  ///< of a table
};

/// Pictures in a folder, an archive or a table, as `margay inspect` understands it. A copy is cheap.
class MARGAY_API PictureFiles : public Dataset {
 public:
  /// All pictures, of whatever split. Nothing is decoded. Throws DataError, FormatError or IoError.
  explicit PictureFiles(const std::string& path, const PictureFilesOptions& options = {});
  ~PictureFiles() override;
  PictureFiles(const PictureFiles& other);
  PictureFiles& operator=(const PictureFiles& other);

  /// "train", "validation" and "test", where the files are divided; else "all".
  std::vector<std::string> splits() const;
  bool has_split(const std::string& name) const;
  /// The pictures of one split, by any usual spelling. Throws UsageError that lists the splits.
  PictureFiles split(const std::string& name) const;

  size_t size() const override;
  Example get(size_t i) const override;
  std::string label(size_t i) const override;
  std::string split_of(size_t i) const override;
  /// Where picture i lies; in an archive it is no file.
  std::string name(size_t i) const override;
  std::vector<std::string> warnings() const;

 private:
  struct Files;
  explicit PictureFiles(Files* files);
  Files* files_;
};

/// The labels that the data set has, each once, sorted bytewise: the order of a network's outputs.
MARGAY_API std::vector<std::string> classes_of(const Dataset& dataset);

/// The folder of a published data set such as "cats-and-dogs", which is fetched unless it is there; `margay
/// dataset list` names them, with their licences. Throws UsageError with the nearest name, DataError or
/// IoError.
MARGAY_API std::string published_data(const std::string& name);

/// A published classifier of ImageNet's 1,000 classes such as "mobilenet_v2", fetched unless it is there;
/// `margay models` lists them. Throws UsageError with the nearest name, IoError.
MARGAY_API Model published_model(const std::string& network);

/// The file of its weights, for TrainingOptions::weights: a head for other classes starts anew.
MARGAY_API std::string published_weights(const std::string& network);

/// Some pictures of a data set, which must outlive it.
class MARGAY_API Subset : public Dataset {
 public:
  /// Throws UsageError for a number that the data set does not have.
  Subset(const Dataset& whole, std::vector<size_t> numbers);

  size_t size() const override;
  Example get(size_t i) const override;
  std::string label(size_t i) const override;
  std::string split_of(size_t i) const override;
  std::string name(size_t i) const override;
  const std::vector<size_t>& numbers() const { return numbers_; }  ///< in the whole

 private:
  const Dataset* whole_;
  std::vector<size_t> numbers_;
};

/// Pictures to learn from, and others to check with.
struct Division {
  Subset train, validation;
};

/// Holds a share of each class back, chosen by content: copies are on one side, and a picture stays on its
/// side when others come or go, but for a few at the boundary. Another `seed` holds others back. Reads every
/// picture once. Throws UsageError for a share outside [0, 1).
MARGAY_API Division split(const Dataset& dataset, double validation_share = 0.2, uint64_t seed = 0);

/// For cross-validation: every picture is held back in one of the `count` divisions, each class in equal
/// parts, copies together. Throws UsageError for less than 2.
MARGAY_API std::vector<Division> folds(const Dataset& dataset, int count, uint64_t seed = 0);

}  // namespace margay
