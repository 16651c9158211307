#include "checks/routing/same/judged.h"

#include <fmt/format.h>

#include <algorithm>

#include "checks/routing/same/plain_value.h"

namespace ingress_check::same {

namespace {

/// Few values are possible at all: a header's absence, a status. Of others (times, nonces) no value
/// is ever seen twice, so that having none in common says nothing.
bool is_categorical(Of of) {
  return of == Of::answer || of == Of::status || of == Of::service || of == Of::header_count ||
         of == Of::cookie_count || of == Of::compression || of == Of::seen_count;
}

class Judge {
 public:
  explicit Judge(const Plan& plan) : plan_(plan), of_(plan), all_(plan.requests.size()) {}

  void take(const Evidence& evidence, const std::vector<std::size_t>& asked) {
    for (const auto& exchange : evidence.exchanges) {
      if (exchange.request >= asked.size()) continue;
      const std::size_t index = asked[exchange.request];
      const bool reference = evidence.traffic.to_reference;
      const Asked& both = plan_.requests[index];
      const Request& request = reference ? both.of_reference : both.mine;
      const bool apart = both.of_reference.url.authority() != both.mine.url.authority();
      Judged& judged = all_[index];
      (reference ? judged.of_reference : judged.mine).push_back(&exchange);
      add(judged, reference, of_.take(request, exchange, apart ? &request.url : nullptr));
    }
  }

  std::vector<Judged> result() { return std::move(all_); }

 private:
  static void add(Judged& judged, bool reference, const Picture& picture) {
    const auto side = [&](Values & values) -> auto& {
      return reference ? values.of_reference : values.mine;
    };
    for (const auto& [piece, text] : picture) {
      auto [found, fresh] = judged.pieces.try_emplace(piece);
      // What is new was not there before.
      if (fresh) {
        absent(found->second.of_reference, judged.of_reference.size() - (reference ? 1U : 0U));
        absent(found->second.mine, judged.mine.size() - (reference ? 0U : 1U));
      }
      ++side(found->second)[text];
    }
    for (auto& [piece, values] : judged.pieces)
      if (!picture.contains(piece)) ++side(values)[std::nullopt];
  }

  static void absent(std::map<std::optional<std::string>, int>& values, std::size_t times) {
    if (times > 0) values[std::nullopt] = static_cast<int>(times);
  }

  const Plan& plan_;
  Picturing of_;
  std::vector<Judged> all_;
};

}  // namespace

Likeness Values::likeness(bool categorical) const {
  const bool constant = of_reference.size() == 1 && mine.size() == 1;
  const bool apart = std::ranges::none_of(
      mine, [&](const auto& value) { return of_reference.contains(value.first); });
  if (constant) return apart ? Likeness::differs : Likeness::same;
  constexpr std::size_t few = 4;
  const bool seldom = of_reference.size() <= few && mine.size() <= few;
  return categorical && apart && seldom && !of_reference.empty() && !mine.empty()
             ? Likeness::differs
             : Likeness::varies;
}

namespace {

/// With one value for all that are the same but for the time it took.
Values of_expires(const Values& values) {
  std::vector<std::string> met;
  const auto merged = [&](const auto& side) {
    std::map<std::optional<std::string>, int> counts;
    for (const auto& [given, times] : side) {
      auto value = given;
      if (value) {
        const auto like =
            std::ranges::find_if(met, [&](const auto& one) { return same_expires(one, *value); });
        if (like == met.end())
          met.push_back(*value);
        else
          value = *like;
      }
      counts[value] += times;
    }
    return counts;
  };
  auto theirs = merged(values.of_reference);
  return {std::move(theirs), merged(values.mine)};
}

}  // namespace

Likeness Judged::likeness(const Piece& piece) const {
  const auto found = pieces.find(piece);
  // Where one side packs a long body, its length is not known.
  if (piece.of == Of::body_size && found != pieces.end() &&
      (found->second.of_reference.contains(std::nullopt) ||
       found->second.mine.contains(std::nullopt)))
    return Likeness::same;
  if (found != pieces.end() && piece.of == Of::cookie && piece.name.ends_with(" Expires"))
    return of_expires(found->second).likeness(false);
  return found == pieces.end() ? Likeness::same : found->second.likeness(is_categorical(piece.of));
}

std::vector<std::string> Judged::differing(Of of) const {
  std::vector<std::string> names;
  for (const auto& [piece, values] : pieces)
    if (piece.of == of && differs(piece)) names.push_back(piece.name);
  return names;
}

bool Judged::any_differs() const {
  return std::ranges::any_of(pieces, [&](const auto& one) { return differs(one.first); });
}

bool Judged::unsteady() const {
  return likeness({Of::answer, ""}) == Likeness::varies ||
         likeness({Of::status, ""}) == Likeness::varies;
}

const Exchange* not_asked(const std::vector<const Exchange*>& all) {
  for (const auto* one : all)
    if (one->outcome == Outcome::local || one->outcome == Outcome::unresolved ||
        one->outcome == Outcome::unreachable)
      return one;
  return nullptr;
}

namespace {

bool none_answered(const std::vector<const Exchange*>& all) {
  return std::ranges::none_of(all, [](const auto* one) { return one->outcome == Outcome::ok; });
}

enum class Still { something, nothing, there_is_nothing };

/// Of a body whose length varies, what some of its lines have in common says little.
Still what_holds_still(const Judged& judged) {
  const bool loose = judged.likeness({Of::body_shape, ""}) == Likeness::varies;
  Still still = Still::there_is_nothing;
  for (const auto& [piece, values] : judged.pieces) {
    if (piece.of == Of::answer || (piece.of == Of::body && loose)) continue;
    if (judged.likeness(piece) != Likeness::varies) return Still::something;
    still = Still::nothing;
  }
  return still;
}

/// "200 (11 of 16) and 502 (5 of 16)".
std::string spread(const std::vector<const Exchange*>& all) {
  std::map<std::string, int> counts;
  for (const auto* one : all)
    ++counts[one->outcome == Outcome::ok ? std::to_string(one->status) : to_string(one->outcome)];
  std::string text;
  for (const auto& [what, times] : counts)
    text += fmt::format("{}{} ({} of {})", text.empty() ? "" : ", ", what, times, all.size());
  return text;
}

}  // namespace

bool both_redirect(const Judged& judged) {
  const auto redirects = [&](const Exchange* one) {
    return one->status >= 300 && one->status < 400 && one->headers.find("Location") &&
           one->status == judged.of_reference.front()->status && one->who.service.empty();
  };
  return !judged.of_reference.empty() && std::ranges::all_of(judged.of_reference, redirects) &&
         std::ranges::all_of(judged.mine, redirects);
}

std::string not_comparable(const Plan& plan, const Judged& judged) {
  if (judged.of_reference.empty() || judged.mine.empty()) return "it was not asked";
  for (const auto* side : {&judged.of_reference, &judged.mine})
    if (const auto* one = not_asked(*side))
      return fmt::format("one of the two could not be asked: {}{}", to_string(one->outcome),
                         one->detail.empty() ? "" : ", " + one->detail);
  if (none_answered(judged.of_reference) && none_answered(judged.mine))
    return "neither of the two answers: " + spread(judged.mine);
  if (judged.unsteady())
    return fmt::format("what it answers varies: {} on the one, {} on the other",
                       spread(judged.of_reference), spread(judged.mine));
  const auto anything = what_holds_still(judged);
  if (anything == Still::something || judged.any_differs()) return "";
  if (anything == Still::nothing) return "all of it that is compared varies by itself";
  const bool told = std::ranges::any_of(
      plan.parts, [](const auto& part) { return part != "service" && part != "seen"; });
  return told ? "" : "neither tells who answers, or what the pod saw";
}

std::vector<Judged> judge(const Plan& plan, std::uint64_t seed, std::span<const Evidence> so_far,
                          const std::vector<std::size_t>& again) {
  Judge judge(plan);
  const auto all = every_request(plan);
  for (const auto& one : first_look())
    if (const auto* evidence = phase(so_far, one.name))
      judge.take(*evidence, order(one, all, seed));
  for (const auto& one : second_look())
    if (const auto* evidence = again.empty() ? nullptr : phase(so_far, one.name))
      judge.take(*evidence, order(one, again, seed));
  return judge.result();
}

}  // namespace ingress_check::same
