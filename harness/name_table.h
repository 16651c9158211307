// Numbers for the names that servers give: as many as are seen, up to a limit. For one thread.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace ingress_check {

/// The names of pods, or of services. Number 0 is "none", names count from 1, the last is "other":
/// all that came after the table was full. A name is cut at 128 characters.
class NameTable {
 public:
  static constexpr std::uint16_t most = 256;
  static constexpr std::uint16_t other = most + 1;

  NameTable() { names_.reserve(most); }

  /// Allocates only for a name that is new.
  std::uint16_t number(std::string_view name) {
    name = name.substr(0, longest);
    if (name.empty()) return 0;
    if (last_ != 0 && names_[last_ - 1U] == name) return last_;
    std::size_t at = hash(name) % slots_.size();
    while (slots_[at] != 0 && names_[slots_[at] - 1U] != name) at = (at + 1) % slots_.size();
    if (slots_[at] == 0) {
      if (names_.size() == most) return other;
      names_.emplace_back(name);
      slots_[at] = static_cast<std::uint16_t>(names_.size());
    }
    return last_ = slots_[at];
  }
  /// Of a number that this table gave.
  std::string_view name(std::uint16_t number) const {
    if (number == 0) return {};
    if (number == other) return "other";
    return names_[number - 1U];
  }

 private:
  static constexpr std::size_t longest = 128;

  /// Eight bytes at a time; servers that choose their names to collide only slow themselves down.
  static std::uint64_t hash(std::string_view text) {
    std::uint64_t mixed = text.size() * 0x9e3779b97f4a7c15U;
    for (; text.size() >= 8; text.remove_prefix(8)) mixed = mix(mixed, text, 8);
    return text.empty() ? mixed >> 32 : mix(mixed, text, text.size()) >> 32;
  }
  static std::uint64_t mix(std::uint64_t sum, std::string_view text, std::size_t size) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), size);
    return (sum ^ word) * 0x9fb21c651e98df25U + (sum >> 29);
  }

  std::vector<std::string> names_;
  std::array<std::uint16_t, 1024> slots_{};
  std::uint16_t last_ = 0;
};

}  // namespace ingress_check
