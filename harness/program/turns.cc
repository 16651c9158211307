#include "harness/program/turns.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "harness/blocks.h"

namespace ingress_check {
namespace {

/// A load that a side waits for, and what of it has come back.
struct Steady {
  std::size_t side = 0;
  Side* asks = nullptr;
  Traffic traffic;
  Evidence so_far = {};
  std::vector<LoadReply> blocks = {};

  const Load& load() const { return std::get<Load>(traffic.send); }
  bool goes_on() const { return so_far.end == End::complete; }
};

/// Into how many blocks it may go; 1: it may not.
std::size_t cut(const Traffic& traffic) {
  const auto* load = std::get_if<Load>(&traffic.send);
  return load && traffic.events.empty() && !traffic.provokes ? block_count(*load) : 1;
}

Result<void> send_block(Steady& one, std::size_t i, std::size_t count, Watch& watch) {
  Traffic traffic = one.traffic;
  traffic.send = block(one.load(), i, count);
  auto evidence = one.asks->send(traffic, watch);
  if (!evidence) return tl::unexpected(evidence.error());
  auto& all = one.so_far;
  if (i == 0) all.began = evidence->began;
  all.end = evidence->end;
  all.sent += evidence->sent;
  all.took += evidence->took;
  all.waited += evidence->waited;
  if (evidence->load) one.blocks.push_back(std::move(*evidence->load));
  return {};
}

Result<void> in_blocks(std::vector<Steady>& all, std::size_t count, Watch& watch,
                       const Turn& turn) {
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<Steady*> order;
    for (auto& one : all)
      if (one.goes_on()) order.push_back(&one);
    if (i % 2 == 1) std::ranges::reverse(order);
    for (auto* one : order) {
      turn(one->side, fmt::format("{}, block {} of {}", one->traffic.name, i + 1, count));
      if (auto sent = send_block(*one, i, count, watch); !sent) return sent;
    }
  }
  for (auto& one : all) {
    if (!one.blocks.empty()) one.so_far.load = joined(one.load(), std::move(one.blocks));
    one.so_far.traffic = std::move(one.traffic);
    if (auto taken = one.asks->take(std::move(one.so_far)); !taken) return taken;
  }
  return {};
}

Result<void> whole(Side& side, const Traffic& traffic, Watch& watch) {
  auto evidence = side.send(traffic, watch);
  if (!evidence) return tl::unexpected(evidence.error());
  return side.take(*std::move(evidence));
}

/// Until it is over or wants something that may go in blocks: then that.
Result<const Traffic*> advance(Side& side, bool alone, Watch& watch,
                               const std::function<void(const std::string&)>& turn) {
  while (true) {
    auto traffic = side.next();
    if (!traffic || !*traffic || (!alone && cut(**traffic) > 1)) return traffic;
    turn((*traffic)->name);
    if (auto sent = whole(side, **traffic, watch); !sent) return tl::unexpected(sent.error());
  }
}

}  // namespace

Result<void> take_turns(std::span<Side* const> sides, Watch& watch, const Turn& turn) {
  const bool alone = sides.size() < 2;
  while (true) {
    std::vector<Steady> waiting;
    for (std::size_t i = 0; i < sides.size(); ++i) {
      const auto mine = [&](const std::string& phase) { turn(i, phase); };
      auto wants = advance(*sides[i], alone, watch, mine);
      if (!wants) return tl::unexpected(wants.error());
      if (*wants) waiting.push_back({i, sides[i], **wants});
    }
    if (waiting.empty()) return {};
    // Blocks of one length on all of them; who is alone with its load, or has another, goes whole.
    const auto count = cut(waiting.front().traffic);
    const bool alike = std::ranges::all_of(waiting, [&](const Steady& one) {
      return cut(one.traffic) == count && one.load().lasts() == waiting.front().load().lasts();
    });
    if (waiting.size() > 1 && alike) {
      if (auto sent = in_blocks(waiting, count, watch, turn); !sent) return sent;
      continue;
    }
    for (auto& one : waiting) {
      turn(one.side, one.traffic.name);
      if (auto sent = whole(*one.asks, one.traffic, watch); !sent) return sent;
    }
  }
}

}  // namespace ingress_check
