// The other end and the bare minimum of ci/bench:
//   bench-peer serve [PODS]
//   bench-peer floor PORT CONNECTIONS REQUESTS
//   bench-peer pace PORT CONNECTIONS RATE SECONDS
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>
#include <string_view>
#include <vector>

#include "ci/bench_peer/floor.h"
#include "ci/bench_peer/server.h"

namespace {

std::optional<std::vector<double>> numbers(int count, char** words) {
  std::vector<double> all;
  for (int i = 0; i < count; ++i) {
    const std::string_view word = words[i];
    double value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc{} || end != word.data() + word.size() || value < 0) return std::nullopt;
    all.push_back(value);
  }
  return all;
}

}  // namespace

int main(int count, char** words) {
  const std::string_view mode = count > 1 ? words[1] : "";
  const auto given = numbers(std::max(count - 2, 0), words + std::min(count, 2));
  if (given) {
    const auto& n = *given;
    const auto port = n.empty() ? std::uint16_t{0} : static_cast<std::uint16_t>(n[0]);
    if (mode == "serve" && n.size() <= 1) {
      bench::run_server(n.empty() ? 0 : static_cast<std::size_t>(n[0]));
      return 0;
    }
    if (mode == "floor" && n.size() == 3) {
      bench::run_floor(port, static_cast<std::size_t>(n[1]), static_cast<std::uint64_t>(n[2]));
      return 0;
    }
    if (mode == "pace" && n.size() == 4 && n[2] > 0) {
      bench::run_pacer(port, static_cast<std::size_t>(n[1]), n[2], n[3]);
      return 0;
    }
  }
  fmt::print(stderr,
             "usage: bench-peer serve [PODS]\n       bench-peer floor PORT CONNECTIONS REQUESTS\n"
             "       bench-peer pace PORT CONNECTIONS RATE SECONDS\n");
  return 2;
}
