// Contents are known from decoding, so that nothing is read twice.
#include "margay/run/data_record.h"

#include "margay/data/manifest.h"
#include "margay/run/lineage.h"
#include "margay/run/record_checksums.h"

namespace margay::run {
namespace {

/// From here on its pictures are no longer all that it has learned from.
LearnedBefore learned_before_change(const RunDirectory& directory, const recipe::NetworkConfig& network) {
  const RecordedData recorded = RecordedData::read(directory);
  LearnedBefore learned{recorded.learned(), recorded.unknown_weights()};
  if (!knows_its_weights(directory)) learned.unknown_weights.push_back(network.weights);
  if (!recorded.altered().empty()) learned.unknown_weights.push_back(directory.root.string());
  return learned;
}

LearnedBefore learned_besides(const RunDirectory& directory, const recipe::NetworkConfig& network,
                              DataRecord record) {
  if (record == DataRecord::begun) return learned_before(network);
  if (record == DataRecord::changed) return learned_before_change(directory, network);
  return {};  // as it is written already
}

}  // namespace

LearnedBefore learned_until_now(const RunDirectory& directory, const recipe::NetworkConfig& network,
                                bool goes_on) {
  if (!goes_on) return learned_before(network);
  const RecordedData recorded = RecordedData::read(directory);
  return {recorded.learned(), recorded.unknown_weights()};
}

void write_data_record(const RunDirectory& directory, const recipe::NetworkConfig& network,
                       const data::Dataset& dataset, const UsedPictures& used, DataRecord record) {
  // First: where the manifest is not written any more, too much is known and not too little.
  if (const LearnedBefore learned = learned_besides(directory, network, record); !learned.empty())
    write_record(directory, directory.learned(), format_learned(learned));
  if (record == DataRecord::kept && RecordedData::read(directory).is_known()) return;
  write_record(directory, directory.manifest(), data::format_manifest(dataset, contents_of(used)));
}

}  // namespace margay::run
