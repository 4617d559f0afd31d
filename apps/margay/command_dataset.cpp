// margay dataset get | draw | list: pictures to learn with.
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "apps/margay/command.h"
#include "apps/margay/console.h"
#include "apps/margay/number_options.h"
#include "margay/core/json.h"
#include "margay/core/number_text.h"
#include "margay/datasets/get.h"
#include "margay/drawn_animals/animal.h"
#include "margay/drawn_animals/drawn_dataset.h"

namespace margay::app {
namespace {

namespace ds = margay::datasets;

struct GetCommand {
  std::string name;
  bool force = false;
  bool json = false;
};

struct DrawCommand {
  std::string out;
  drawn_animals::DrawnDatasetOptions options;
};

void print_json(const Json& json) {
  print_out("{}\n", format_json(json, 2));
}

Json description_of(const ds::PublishedDataset& dataset) {
  Json json;
  json["name"] = dataset.name;
  json["description"] = dataset.description;
  json["pictures"] = dataset.pictures();
  json["licence"] = dataset.licence;
  const auto path = ds::find_dataset(dataset);
  json["path"] = path ? Json(path->string()) : Json(nullptr);
  if (path) json["manifest"] = ds::manifest_of(dataset).to_json();
  return json;
}

void get(const GetCommand& command) {
  const ds::PublishedDataset& dataset = ds::published_dataset(command.name);
  const bool was_there = !command.force && ds::find_dataset(dataset).has_value();
  ds::GetOptions options;
  options.force = command.force;
  const auto path = ds::get_dataset(dataset, options, console_progress(), stop_on_signals());
  if (command.json) {
    Json json = description_of(dataset);
    json["fetched"] = !was_there;
    return print_json(json);
  }
  print_err("{}\n", was_there ? "It is there already (--force gets it again)."
                              : fmt::format("{}, {} of them decode.",
                                            counted(static_cast<int64_t>(dataset.pictures()), "picture"),
                                            dataset.may_be_broken == 0 ? "all" : "all but a few"));
  print_err("Licence: {}\n", dataset.licence);
  print_out("{}\n", path.string());
  print_err("Next: margay inspect {}\n", dataset.name);
}

void draw(const DrawCommand& command) {
  const bool drawn =
      drawn_animals::draw_dataset(command.out, command.options, console_progress(), stop_on_signals());
  print_err("{}\n", drawn ? fmt::format("Drew {}.", counted(command.options.count, "picture"))
                          : "This very set is there already.");
  print_out("{}\n", command.out);
  print_err("Next: margay show {}\n", command.out);
}

void list(bool json) {
  if (json) {
    Json published = Json::array();
    for (const ds::PublishedDataset& dataset : ds::published_datasets())
      published.push_back(description_of(dataset));
    Json kinds = Json::array();
    for (const std::string_view kind : drawn_animals::animal_kinds()) kinds.push_back(kind);
    return print_json({{"published", std::move(published)}, {"drawn_kinds", std::move(kinds)}});
  }
  print_out("Published, fetched by 'margay dataset get NAME':\n");
  for (const ds::PublishedDataset& dataset : ds::published_datasets()) {
    const auto path = ds::find_dataset(dataset);
    print_out("  {0:<17}{1}\n  {4:<17}licence: {2}\n  {4:<17}{3}\n", dataset.name, dataset.description,
              dataset.licence, path ? path->string() : "not on this machine yet", "");
  }
  print_out("Drawn, by 'margay dataset draw OUT --classes A,B': {}\n",
            fmt::join(drawn_animals::animal_kinds(), ", "));
}

void add_get(CLI::App& parent) {
  auto command = std::make_shared<GetCommand>();
  CLI::App* get_app = parent.add_subcommand("get", "fetch a published data set into the cache");
  get_app->add_option("NAME", command->name, "name of the data set, as 'margay dataset list' shows it")
      ->required();
  get_app->add_flag("--force", command->force, "get it again although it is there [default: no]");
  get_app->add_flag("--json", command->json, "print one JSON document [default: no]");
  get_app->footer(
      "Examples:\n  margay dataset get cats-and-dogs\n  margay dataset get flowers\n\n"
      "Environment:\n"
      "  MARGAY_MIRROR  colon-separated folders and addresses that are searched for the archive first\n"
      "  MARGAY_CACHE   where data sets are kept [default: $XDG_CACHE_HOME/margay or ~/.cache/margay]\n"
      "Ctrl-C keeps what has come; the same command goes on from there.");
  get_app->callback([command] { get(*command); });
}

void add_draw(CLI::App& parent) {
  auto command = std::make_shared<DrawCommand>();
  CLI::App* draw_app =
      parent.add_subcommand("draw", "draw a data set of animals, the same for the same seed");
  drawn_animals::DrawnDatasetOptions& options = command->options;
  draw_app->add_option("OUT", command->out, "folder to make; must be new or empty")->required();
  draw_app
      ->add_option("--classes", options.classes,
                   fmt::format("kinds of animals, of {}", fmt::join(drawn_animals::animal_kinds(), ", ")))
      ->delimiter(',')
      ->default_str("cats,dogs");
  draw_app->add_option("--count", options.count, "pictures in all; a third of each class validates")
      ->check(whole_number("--count", 6, 1'000'000))
      ->capture_default_str();
  draw_app
      ->add_option("--size", options.size,
                   "side of the square pictures in pixels, 16 to 2048; 0 draws them 200 to 400 pixels wide "
                   "and high, at random")
      ->check(whole_number("--size", 0, 2048))
      ->capture_default_str();
  draw_app->add_option("--seed", options.seed, "decides every picture")
      ->check(seed_number("--seed"))
      ->capture_default_str();
  draw_app->add_option("--threads", options.threads, "0 = all processors; does not change the pictures")
      ->check(whole_number("--threads", 0, 1024))
      ->capture_default_str();
  draw_app->footer(
      "Examples:\n  margay dataset draw animals --classes cats,dogs --count 2000 --seed 1\n"
      "  margay dataset draw small --count 100000 --size 64\n\n"
      "Writes OUT/train and OUT/validation with a folder per class, and OUT/animals.json, which says where "
      "in each\n"
      "picture the animal is.");
  draw_app->callback([command] { draw(*command); });
}

void add_list(CLI::App& parent) {
  auto json = std::make_shared<bool>(false);
  CLI::App* list_app = parent.add_subcommand("list", "list what can be fetched and drawn");
  list_app->add_flag("--json", *json, "print one JSON document [default: no]");
  list_app->footer("Example:\n  margay dataset list");
  list_app->callback([json] { list(*json); });
}

}  // namespace

void add_dataset(CLI::App& command, Outcome&) {
  command.require_subcommand(1);
  command.footer("Examples:\n  margay dataset get cats-and-dogs\n  margay dataset draw animals --count 2000");
  add_get(command);
  add_draw(command);
  add_list(command);
}

}  // namespace margay::app
