#include "scenarios/words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>

namespace ingress_check {

namespace {

/// Letters without regard to case, '_' and '-' alike.
char folded(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
  return c == '_' ? '-' : c;
}

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b` (optimal
/// string alignment).
std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = folded(a[i - 1]) == folded(b[j - 1]);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0u : 1u)});
      if (i > 1 && j > 1 && folded(a[i - 1]) == folded(b[j - 2]) &&
          folded(a[i - 2]) == folded(b[j - 1]))
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& words) {
  constexpr std::size_t longest_word = 64;
  if (word.empty() || word.size() > longest_word) return {};
  std::size_t best = (word.size() <= 5 ? 1 : std::max<std::size_t>(2, word.size() / 3)) + 1;
  std::string found;
  for (const std::string& candidate : words) {
    const std::size_t longer = std::max(word.size(), candidate.size());
    if (longer - std::min(word.size(), candidate.size()) >= best) continue;
    const std::size_t distance = edits(word, candidate);
    if (distance < best && distance < candidate.size()) {
      best = distance;
      found = candidate;
    }
  }
  if (!found.empty() || word.size() < 3) return found;
  for (const std::string& candidate : words)
    if (candidate.starts_with(word) && (found.empty() || candidate.size() < found.size()))
      found = candidate;
  return found;
}

std::string words_hint(std::string_view word, const std::vector<std::string>& words,
                       std::string_view all) {
  constexpr std::size_t many = 12;
  const std::string near = nearest(word, words);
  const std::string meant = near.empty() ? "" : "did you mean " + near + "?";
  if (words.size() > many && !all.empty())
    return fmt::format("{}{}`{}` names all", meant, meant.empty() ? "" : " ", all);
  const std::string list = fmt::format("{}", fmt::join(words, ", "));
  if (meant.empty()) return list.empty() ? list : "there are: " + list;
  return words.size() == 1 ? meant : fmt::format("{} ({})", meant, list);
}

std::string one_of(const std::vector<std::string>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i)
    out += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  return out;
}

}  // namespace ingress_check
