// What makes a cat a cat: the table of kinds.
#include <array>
#include <utility>

#include "margay/core/error.h"
#include "margay/drawn_animals/mammal.h"
#include "margay/drawn_animals/palette.h"

namespace margay::drawn_animals {
namespace {

using draw::Color;
using draw::rgb;

constexpr std::array kCatEyes{rgb(0x8FB33C), rgb(0xD9A928), rgb(0x5C9FC4), rgb(0xB5771F), rgb(0x4E8F5B)};
constexpr std::array kDogEyes{rgb(0x4A2C17), rgb(0x6B4322), rgb(0x2A1B12), rgb(0x5C9FC4), rgb(0x8A6A2F)};

MammalTraits cat(Random& random) {
  MammalTraits t;
  t.coat = choose_pet_coat(random);
  t.head_width = random.uniform(0.98, 1.12);
  t.head_height = random.uniform(0.82, 0.95);
  t.ears = Ears::pointed;
  t.ear_size = random.uniform(0.75, 1.15);
  t.muzzle = Muzzle::cat;
  t.muzzle_size = random.uniform(0.85, 1.15);
  t.eye_size = random.uniform(0.9, 1.25);
  t.eye_spacing = random.uniform(0.4, 0.48);
  t.slit_pupils = true;
  t.eye_color = pick(kCatEyes, random);
  t.whiskers = true;
  t.girth = random.uniform(0.8, 1.1);
  t.leg_length = random.uniform(0.75, 1.0);
  t.leg_width = random.uniform(0.8, 1.05);
  t.tail = Tail::long_curved;
  return t;
}

MammalTraits dog(Random& random) {
  MammalTraits t;
  t.coat = choose_pet_coat(random);
  t.head_width = random.uniform(0.86, 1.05);
  t.head_height = random.uniform(0.9, 1.05);
  const double ears = random.uniform();
  t.ears = ears < 0.8 ? Ears::floppy : ears < 0.95 ? Ears::half_pricked : Ears::pointed;
  t.ear_size = random.uniform(0.75, 1.2);
  t.muzzle = Muzzle::dog;
  t.muzzle_size = random.uniform(0.85, 1.2);
  t.eye_size = random.uniform(0.7, 1.0);
  t.eye_spacing = random.uniform(0.34, 0.45);
  t.eye_color = pick(kDogEyes, random);
  t.tongue = random.chance(0.4);
  t.girth = random.uniform(0.8, 1.15);
  t.leg_length = random.uniform(0.8, 1.2);
  t.leg_width = random.uniform(0.85, 1.2);
  t.tail = Tail::raised;
  return t;
}

MammalTraits rabbit(Random& random) {
  MammalTraits t = cat(random);
  t.head_width = random.uniform(0.8, 0.92);
  t.head_height = random.uniform(0.9, 1.0);
  t.ears = Ears::upright;
  t.muzzle = Muzzle::rabbit;
  t.slit_pupils = false;
  t.eye_color = pick(kDogEyes, random);
  t.eye_spacing = 0.5;
  t.girth = random.uniform(0.95, 1.2);
  t.leg_length = random.uniform(0.45, 0.6);
  t.tail = Tail::puff;
  return t;
}

MammalTraits pig(Random& random) {
  constexpr std::array kColors{rgb(0xE9A9A4), rgb(0xDB948F), rgb(0xC99A85), rgb(0x6B5148)};
  MammalTraits t;
  const Color base = pick(kColors, random);
  const auto marking = random.chance(0.35) ? Marking::patches : Marking::plain;
  t.coat = coat_of(base, marking, rgb(0x4A3A36), 0.01);
  t.head_width = random.uniform(1.0, 1.1);
  t.ears = Ears::folded;
  t.ear_size = random.uniform(0.8, 1.1);
  t.muzzle = Muzzle::disc;
  t.eye_size = random.uniform(0.6, 0.75);
  t.eye_color = rgb(0x2A1B12);
  t.girth = random.uniform(1.2, 1.45);
  t.leg_length = random.uniform(0.5, 0.65);
  t.tail = Tail::curly;
  return t;
}

MammalTraits bear(Random& random) {
  constexpr std::array kColors{rgb(0x6B4529), rgb(0x3A2C26), rgb(0xE8E1D2), rgb(0x8A6038)};
  MammalTraits t;
  const Color base = pick(kColors, random);
  t.coat = coat_of(base, Marking::plain, rgb(0x3A2C26), random.uniform(0.05, 0.12));
  t.head_width = random.uniform(1.0, 1.1);
  t.head_height = random.uniform(0.9, 1.0);
  t.ears = Ears::round;
  t.ear_size = random.uniform(0.85, 1.1);
  t.muzzle = Muzzle::bear;
  t.eye_size = random.uniform(0.5, 0.7);
  t.eye_spacing = 0.36;
  t.eye_color = rgb(0x2A1B12);
  t.girth = random.uniform(1.2, 1.5);
  t.leg_length = random.uniform(0.7, 0.85);
  t.leg_width = random.uniform(1.5, 1.8);
  t.tail = Tail::bobbed;
  return t;
}

MammalTraits elephant(Random& random) {
  constexpr std::array kColors{rgb(0x8C8F94), rgb(0x75736F), rgb(0xA39A92), rgb(0x6A707A)};
  MammalTraits t;
  t.coat = coat_of(pick(kColors, random), Marking::plain, rgb(0x555555), 0.005);
  t.head_size = random.uniform(0.42, 0.5);
  t.head_width = 0.85;
  t.head_height = 0.95;
  t.ears = Ears::fan;
  t.ear_size = random.uniform(0.85, 1.15);
  t.muzzle = Muzzle::trunk;
  t.eye_size = 0.55;
  t.eye_spacing = 0.45;
  t.eye_color = rgb(0x2A1B12);
  t.girth = random.uniform(1.35, 1.55);
  t.leg_length = random.uniform(0.8, 0.95);
  t.leg_width = random.uniform(1.7, 2.0);
  t.tail = Tail::tufted;
  return t;
}

MammalTraits giraffe(Random& random) {
  MammalTraits t;
  const Color base = mix(rgb(0xE3BE7C), rgb(0xD9A860), random.uniform());
  t.coat = coat_of(base, Marking::spots, mix(rgb(0x8A5426), rgb(0x6A3B1A), random.uniform()), 0.01);
  t.head_size = 0.3;
  t.head_width = 0.75;
  t.head_height = 0.95;
  t.ears = Ears::leaf;
  t.muzzle = Muzzle::long_nose;
  t.eye_size = 0.9;
  t.eye_color = rgb(0x2A1B12);
  t.horns = true;
  t.girth = random.uniform(0.75, 0.9);
  t.leg_length = random.uniform(1.25, 1.5);
  t.leg_width = 0.75;
  t.neck_length = random.uniform(0.75, 1.0);
  t.tail = Tail::tufted;
  return t;
}

using Chooser = MammalTraits (*)(Random&);
constexpr std::array<std::pair<std::string_view, Chooser>, 7> kMammals{{
    {"cats", cat},
    {"dogs", dog},
    {"rabbits", rabbit},
    {"elephants", elephant},
    {"giraffes", giraffe},
    {"pigs", pig},
    {"bears", bear},
}};

}  // namespace

bool is_mammal(std::string_view kind) {
  for (const auto& [name, choose] : kMammals)
    if (name == kind) return true;
  return false;
}

MammalTraits choose_mammal(std::string_view kind, Random& random) {
  for (const auto& [name, choose] : kMammals)
    if (name == kind) return choose(random);
  throw UsageError("datasets.animal", fmt::format("no four-legged animals are called '{}'", kind));
}

}  // namespace margay::drawn_animals
