// Reads and writes the preprocess spec as JSON.
#include "margay/image/preprocess_json.h"

#include <array>
#include <string>

#include "margay/core/error.h"

namespace margay::image {

Json to_json(const Preprocess& spec) {
  return Json{{"color", "RGB"},           {"apply_orientation", spec.apply_orientation},
              {"fit", name_of(spec.fit)}, {"kernel", name_of(spec.kernel)},
              {"width", spec.width},      {"height", spec.height},
              {"resize", spec.resize},    {"pad_value", spec.pad_value},
              {"scale", spec.scale},      {"mean", spec.mean},
              {"std", spec.std}};
}

Preprocess preprocess_from_json(const Json& json, std::string_view where) try {
  const auto color = json_value<std::string>(json, "color", where);
  require<FormatError>(color == "RGB", where,
                       fmt::format("the preprocess colour is '{}', expected 'RGB'", color));
  Preprocess spec;
  spec.apply_orientation = json_value<bool>(json, "apply_orientation", where);
  spec.fit = resize_mode_from_name(json_value<std::string>(json, "fit", where));
  spec.kernel = kernel_from_name(json_value<std::string>(json, "kernel", where));
  spec.width = json_value<int>(json, "width", where);
  spec.height = json_value<int>(json, "height", where);
  spec.resize = json_value<int>(json, "resize", where);
  spec.pad_value = json_value<int>(json, "pad_value", where);
  spec.scale = json_value<double>(json, "scale", where);
  spec.mean = json_value<std::array<double, 3>>(json, "mean", where);
  spec.std = json_value<std::array<double, 3>>(json, "std", where);
  spec.validate();
  return spec;
} catch (const UsageError& error) {
  // What a field cannot be does not know the file that says so.
  throw FormatError(where, reason_of(error));
}

}  // namespace margay::image
