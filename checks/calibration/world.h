// Sizes that the grid goes through, and the ingress that simulated runs meet.
#pragma once

#include "checks/calibration/rows.h"

namespace ingress_check::calibration {

/// The i-th cell: pods, workers and replicas of the ingress, other people's requests a second.
struct Cell {
  std::size_t pods;
  int workers, replicas;
  double others;
};
Cell cell(std::uint64_t i);

/// One host whose service has so many pods.
FakeConfig ingress(std::uint64_t i, FakeBalance balance, std::size_t pods, int replicas);

}  // namespace ingress_check::calibration
