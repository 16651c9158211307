#include "harness/addresses.h"

#include <algorithm>

namespace ingress_check {
namespace {

std::vector<std::string> texts_of(const Candidates& set) {
  std::vector<std::string> texts;
  for (const Endpoint& endpoint : set.endpoints) texts.push_back(endpoint.text());
  std::ranges::sort(texts);
  return texts;
}

}  // namespace

void Addresses::replace(Candidates next) {
  const auto same = [texts = texts_of(next), &next](const Candidates& other) {
    return other.outcome == next.outcome && texts_of(other) == texts;
  };
  auto known = std::ranges::find_if(sets_, same);
  if (known == sets_.end()) known = sets_.insert(sets_.end(), std::move(next));
  now_.store(&*known, std::memory_order_release);
}

std::vector<std::string> Addresses::ever() const {
  std::vector<std::string> all;
  for (const Candidates& set : sets_)
    for (const Endpoint& endpoint : set.endpoints)
      if (auto text = endpoint.text(); std::ranges::find(all, text) == all.end())
        all.push_back(std::move(text));
  return all;
}

}  // namespace ingress_check
