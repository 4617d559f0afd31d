// A row per kind of file.
#include "margay/data/foreign_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "margay/core/error.h"
#include "margay/core/file_kind.h"
#include "margay/core/lower_case.h"
#include "margay/data/file_start.h"
#include "margay/data/manifest.h"

namespace margay::data {
namespace fs = std::filesystem;
namespace {

using namespace std::string_view_literals;

struct Kind {
  std::string_view name;
  std::string_view hint;
};

constexpr Kind kSpreadsheet{
    "a spreadsheet", "save it as CSV, with a line per picture below one that names the columns: path,label"};
constexpr Kind kColumns{"a table of columns",
                        "write it as CSV: pandas.read_parquet(FILE).to_csv('pictures.csv', index=False)"};
constexpr Kind kDatabase{"a database", "write what it says as CSV, with a line per picture: path,label"};
constexpr Kind kDocument{"a document of JSON",
                         "an object per line is read, and one array of objects, in a file called .jsonl: "
                         "{\"path\": \"1.jpg\", \"label\": \"cats\"}"};

struct Ending {
  std::string_view text;
  Kind kind;
};

constexpr std::array<Ending, 12> kEndings{{{".xlsx", kSpreadsheet},
                                           {".xlsm", kSpreadsheet},
                                           {".xlsb", kSpreadsheet},
                                           {".xls", kSpreadsheet},
                                           {".ods", kSpreadsheet},
                                           {".numbers", kSpreadsheet},
                                           {".parquet", kColumns},
                                           {".feather", kColumns},
                                           {".arrow", kColumns},
                                           {".sqlite", kDatabase},
                                           {".db", kDatabase},
                                           {".json", kDocument}}};

/// First bytes of what is sometimes called .csv.
constexpr std::array<Ending, 7> kStarts{{{"PK\x03\x04"sv, kSpreadsheet},
                                         {"\xD0\xCF\x11\xE0"sv, kSpreadsheet},
                                         {"PAR1"sv, kColumns},
                                         {"ARROW1"sv, kColumns},
                                         {"SQLite format 3"sv, kDatabase},
                                         {"{\""sv, kDocument},
                                         {"[{"sv, kDocument}}};

[[noreturn]] void refuse(const fs::path& path, const Kind& kind) {
  throw FormatError("data.manifest",
                    fmt::format("{} is {}, which margay does not read", path.string(), kind.name), kind.hint);
}

}  // namespace

void refuse_foreign_table(const fs::path& path) {
  if (known_file(path).kind == FileKind::picture) return;
  const std::string extension = lower_case(path.extension().string());
  for (const Ending& ending : kEndings)
    if (extension == ending.text) refuse(path, ending.kind);
  if (!is_manifest(path) || extension == ".jsonl" || extension == ".ndjson") return;
  const std::vector<uint8_t> start = read_start(path);
  for (const Ending& known : kStarts)
    if (start.size() >= known.text.size() &&
        std::equal(known.text.begin(), known.text.end(), start.begin(),
                   [](char a, uint8_t b) { return static_cast<uint8_t>(a) == b; }))
      refuse(path, known.kind);
}

}  // namespace margay::data
