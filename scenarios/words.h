// Lists of words for people: what was meant, and what there is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ingress_check {

/// The word of `words` nearest to `word` (at most 2 edits or a third of its length, 1 edit for
/// words of up to 5 letters; letter case and '_' for '-' do not count); empty if none is near.
/// Failing that, the shortest that begins with `word`.
std::string nearest(std::string_view word, const std::vector<std::string>& words);

/// What to write in the place of `word`, which is none of `words`: "did you mean X? (X, Y, Z)", or
/// "there are: X, Y, Z" where nothing is near. `all`: the command that lists them, which stands for
/// more than a dozen.
std::string words_hint(std::string_view word, const std::vector<std::string>& words,
                       std::string_view all = {});

/// "a, b or c".
std::string one_of(const std::vector<std::string>& words);

}  // namespace ingress_check
