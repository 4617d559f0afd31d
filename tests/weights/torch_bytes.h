// State dicts as torch.save writes them, put together piece by piece, so that each piece can be wrong.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>
#include <vector>

#include "tests/support/archive_writer.h"

namespace margay::test {

/// `bytes` of an integer, little-endian.
inline std::string little_endian(uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 255);
  return text;
}

// Pieces of a pickle.
inline std::string pickled(const std::string& text) {
  return "X" + little_endian(text.size(), 4) + text;
}
inline std::string pickled(int64_t number) {
  return "\x8A\x08" + little_endian(static_cast<uint64_t>(number), 8);
}
inline std::string tuple_of(std::initializer_list<std::string> items) {
  std::string text = "(";
  for (const std::string& item : items) text += item;
  return text + "t";
}
inline std::string shape_of(std::initializer_list<int64_t> extents) {
  std::string text = "(";
  for (const int64_t extent : extents) text += pickled(extent);
  return text + "t";
}
inline std::string global(const std::string& module, const std::string& name) {
  return "c" + module + "\n" + name + "\n";
}
inline std::string called(const std::string& function, std::initializer_list<std::string> arguments) {
  return function + tuple_of(arguments) + "R";
}
inline std::string storage_of(const std::string& type, int64_t elements, const std::string& key = "0") {
  return tuple_of(
             {pickled("storage"), global("torch", type), pickled(key), pickled("cpu"), pickled(elements)}) +
         "Q";
}
inline std::string tensor_of(const std::string& storage, int64_t offset, std::initializer_list<int64_t> shape,
                             std::initializer_list<int64_t> strides) {
  return called(global("torch._utils", "_rebuild_tensor_v2"),
                {storage, pickled(offset), shape_of(shape), shape_of(strides), "\x89", "N"});
}
inline std::string dict_of(std::initializer_list<std::string> keys_and_values) {
  std::string text = "}(";
  for (const std::string& piece : keys_and_values) text += piece;
  return text + "u";
}
inline std::string pickle_of(const std::string& value) {
  return "\x80\x02" + value + ".";
}

/// A vector of two floats, 1 and 2, under the name "a".
inline const std::string kTwoFloats{"\0\0\x80?\0\0\0@", 8};
inline std::string good_tensor() {
  return tensor_of(storage_of("FloatStorage", 2), 0, {2}, {1});
}

inline void write_bytes(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

/// The zipped form: the pickle of a value and the bytes of storage "0".
inline void write_zipped(const std::filesystem::path& path, const std::string& pickle,
                         const std::string& storage = kTwoFloats, std::vector<Entry> more = {}) {
  std::vector<Entry> entries{{"net/data.pkl", pickle}, {"net/data/0", storage}};
  entries.insert(entries.end(), more.begin(), more.end());
  write_archive(path, entries);
}

inline const std::string kLegacyMagic{"\x80\x02\x8A\x0A\x6C\xFC\x9C\x46\xF9\x20\x6A\xA8\x50\x19.", 15};

/// The form before it: magic, version, system, value, keys, storages.
inline std::string legacy_bytes(const std::string& pickle, const std::string& keys,
                                const std::string& storages) {
  const std::string system = dict_of({pickled("little_endian"), "\x88"});
  return kLegacyMagic + pickle_of(pickled(1001)) + pickle_of(system) + pickle + keys + storages;
}

}  // namespace margay::test
