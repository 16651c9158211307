#include "checks/calibration/world.h"

#include <fmt/format.h>

#include <iterator>

namespace ingress_check::calibration {

Cell cell(std::uint64_t i) {
  static constexpr std::size_t pods[] = {2, 3, 5, 8, 13, 20};
  static constexpr int workers[] = {1, 2, 4, 16, 64};
  static constexpr int replicas[] = {1, 2, 3};
  static constexpr double others[] = {0, 20, 400, 5000};
  Cell one;
  one.pods = pods[i % std::size(pods)];
  i /= std::size(pods);
  one.workers = workers[i % std::size(workers)];
  i /= std::size(workers);
  one.replicas = replicas[i % std::size(replicas)];
  i /= std::size(replicas);
  one.others = others[i % std::size(others)];
  return one;
}

FakeConfig ingress(std::uint64_t i, FakeBalance balance, std::size_t pods, int replicas) {
  FakeConfig config;
  config.rules.hosts = {{"frieza.dev", {{"/app1", FakePathType::prefix, "app1"}}, false}};
  FakeService service;
  service.name = "app1";
  for (std::size_t pod = 0; pod < pods; ++pod)
    service.pods.push_back(fmt::format("app1-{}", static_cast<char>('a' + pod)));
  config.rules.services = {service};
  config.replicas = replicas;
  config.balance["app1"] = std::move(balance);
  config.load.any.sigma = 0.05;
  config.seed = 1'000'003 * (i + 1);
  return config;
}

}  // namespace ingress_check::calibration
