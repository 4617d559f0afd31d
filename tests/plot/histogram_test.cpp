// Bins have round edges, and every value is in one of them.
#include "margay/plot/histogram.h"

#include <doctest/doctest.h>

#include <numeric>

namespace margay::plot {
namespace {

Histogram histogram_of(const std::vector<double>& values, double least_step) {
  return count_bins(values, histogram_axis(values, least_step));
}

TEST_CASE("values are counted in bins of round width that begin at the multiple below") {
  const Histogram histogram = histogram_of({10, 11, 19.9, 20, 57, 60}, 10);
  CHECK(histogram.axis.low == 10);
  CHECK(histogram.axis.high == 70);
  CHECK(histogram.counts == std::vector<size_t>{3, 1, 0, 0, 1, 1});
  CHECK(histogram.beyond == 0);
}

TEST_CASE("multiples of the step stay out of the bin below although tenths are not exact") {
  const Histogram histogram = histogram_of({0.3, 0.6, 0.7, 1.2}, 0.1);
  CHECK(histogram.counts == std::vector<size_t>{1, 0, 0, 1, 1, 0, 0, 0, 0, 1});
}

TEST_CASE("one value alone has one bin") {
  CHECK(histogram_of({150, 150, 150}, 1).counts == std::vector<size_t>{3});
  CHECK(histogram_of({0}, 1).counts == std::vector<size_t>{1});
}

TEST_CASE("a few giants share the last bin and leave the others their places") {
  std::vector<double> widths(200);
  std::iota(widths.begin(), widths.end(), 400);
  widths.push_back(20000);
  const Histogram histogram = histogram_of(widths, 1);
  CHECK(histogram.axis.high <= 620);
  CHECK(histogram.beyond >= 1);
  CHECK(std::accumulate(histogram.counts.begin(), histogram.counts.end(), size_t{0}) == 201);
  // Of few pictures none is left out of sight.
  CHECK(histogram_of({400, 410, 20000}, 1).beyond == 0);
}

TEST_CASE("there are neither too many bins nor too few") {
  for (const double span : {3.0, 24.0, 25.0, 99.0, 1234.0, 1e6}) {
    std::vector<double> values;
    for (int i = 0; i <= 1000; ++i) values.push_back(7 + span * i / 1000);
    const size_t bins = histogram_of(values, 0.01).counts.size();
    CAPTURE(span);
    CHECK(bins >= 9);
    CHECK(bins <= 26);
  }
}

TEST_CASE("bars are drawn for what is on the edge") {
  const Histogram percents = count_bins(std::vector{0.0, 100.0, 100.0}, {0, 100, 5});
  CHECK(percents.counts.size() == 20);
  CHECK(percents.counts.back() == 2);
  CHECK(percents.beyond == 0);
  const std::string svg = histogram_svg(percents, "It's <b>", "100 %", "x");
  CHECK(svg.starts_with("<svg"));
  // gnuplot leaves > as it is, which is good XML.
  CHECK(svg.find("It's &lt;b>") != std::string::npos);
  CHECK(svg.find("id=\"xgnuplot") != std::string::npos);
  size_t bars = 0;
  for (size_t at = svg.find("<polygon fill = 'rgb(  0, 114, 178)'"); at != std::string::npos;
       at = svg.find("<polygon", at + 1))
    ++bars;
  CHECK(bars >= 2);
}

}  // namespace
}  // namespace margay::plot
