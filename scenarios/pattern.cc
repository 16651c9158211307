#include "scenarios/pattern.h"

#include <fmt/format.h>
#include <re2/re2.h>

namespace ingress_check {
namespace {

RE2::Options quiet() {
  RE2::Options options;
  options.set_log_errors(false);
  return options;
}

tl::unexpected<Error> lacks(std::string_view what, std::string_view token) {
  return tl::unexpected(
      Error{fmt::format("patterns have no {} (\"{}\")", what, token),
            "patterns are RE2, which reads any text in linear time; match what stands around "
            "and put the wanted part into a group"});
}

/// Walks over a pattern, knowing which characters are escaped or inside a [class].
class Rewriter {
 public:
  explicit Rewriter(std::string_view text) : text_(text) {}

  Result<std::string> run() {
    while (at_ < text_.size()) {
      if (take("\\Q")) {
        take_until("\\E");
      } else if (text_[at_] == '\\') {
        if (auto refused = escape()) return tl::unexpected(*refused);
      } else if (in_class_) {
        inside_class();
      } else if (text_[at_] == '[') {
        begin_class();
      } else if (auto refused = group()) {
        return tl::unexpected(*refused);
      }
    }
    return std::move(out_);
  }

 private:
  bool starts(std::string_view with) const { return text_.substr(at_).starts_with(with); }
  void copy(std::size_t count) {
    out_ += text_.substr(at_, count);
    at_ = std::min(at_ + count, text_.size());
  }
  bool take(std::string_view token) {
    if (!starts(token)) return false;
    copy(token.size());
    return true;
  }
  void take_until(std::string_view token) {
    const auto end = text_.find(token, at_);
    copy(end == std::string_view::npos ? text_.size() - at_ : end - at_ + token.size());
  }

  std::optional<Error> escape() {
    if (!in_class_ && at_ + 1 < text_.size() && text_[at_ + 1] >= '1' && text_[at_ + 1] <= '9')
      return lacks("back references", text_.substr(at_, 2)).value();
    copy(2);
    return std::nullopt;
  }

  void begin_class() {
    in_class_ = true;
    copy(1);
    take("^");
    take("]");  // directly after the bracket it stands for itself
  }

  void inside_class() {
    if (take("[:")) return take_until(":]");
    if (text_[at_] == ']') in_class_ = false;
    copy(1);
  }

  std::optional<Error> group() {
    for (std::string_view token : {"(?<=", "(?<!"})
      if (starts(token)) return lacks("look-behind", token).value();
    for (std::string_view token : {"(?=", "(?!"})
      if (starts(token)) return lacks("look-ahead", token).value();
    if (starts("(?<")) {
      out_ += "(?P<";
      at_ += 3;
    } else {
      copy(1);
    }
    return std::nullopt;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool in_class_ = false;
  std::string out_;
};

}  // namespace

Result<std::string> read_pattern(std::string_view text) {
  auto rewritten = Rewriter(text).run();
  if (!rewritten) return rewritten;
  const RE2 compiled(*rewritten, quiet());
  if (!compiled.ok())
    return tl::unexpected(Error{fmt::format("the pattern cannot be read: {}", compiled.error()),
                                "patterns are RE2: \\ makes a special character . * + ? ( ) [ ] "
                                "{ } | ^ $ stand for itself"});
  return rewritten;
}

std::vector<std::string> named_groups(const std::string& pattern) {
  const RE2 compiled(pattern, quiet());
  std::vector<std::string> names;
  for (const auto& [name, number] : compiled.NamedCapturingGroups()) names.push_back(name);
  return names;
}

}  // namespace ingress_check
