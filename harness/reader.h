// What a worker looks for in every response: who answered, cookies, and whether the matches hold.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <vector>

#include "harness/answered_by.h"
#include "harness/flight.h"
#include "harness/name_table.h"

namespace ingress_check {

/// For one worker. Header fields are compared as they come; bodies and fields are kept only where
/// somebody may ask for them.
class Reader {
 public:
  explicit Reader(const LoadPlan& plan);

  /// Most fields are of a length that nobody asks for.
  void field(Flight& flight, std::string_view name, std::string_view value) {
    if (name.size() < 64 && (asked_lengths_ >> name.size() & 1U) == 0) return;
    asked_field(flight, name, value);
  }
  void body(Flight& flight, std::string_view bytes);
  /// After a whole answer: who it was, and which matches failed.
  void judge(Flight& flight);
  /// The answer as an Exchange, as far as it was kept.
  Exchange exchange(const Flight& flight, Outcome outcome) const;

  const NameTable& services() const { return services_; }
  const NameTable& pods() const { return pods_; }
  const LoadPlan& plan() const { return plan_; }

 private:
  /// A match of one request, its pattern compiled.
  struct Test {
    const Match* match;
    std::unique_ptr<RE2> pattern;  ///< null: literal text
    bool holds(std::string_view text) const;
  };
  std::uint64_t asked_lengths() const;
  void asked_field(Flight& flight, std::string_view name, std::string_view value);
  void keep_field(Flight& flight, std::string_view name, std::string_view value);
  bool holds(const Test& test, const Flight& flight) const;
  bool absent(const Flight& flight, std::string_view name) const;
  void ask_body(Flight& flight);

  const LoadPlan& plan_;
  std::string pod_header_, service_header_;
  Identifier identifier_;
  bool body_tells_ = false;  ///< who answered may stand where only the Identifier finds it
  bool keeps_fields_ = false;
  bool keeps_cookies_ = false;
  std::uint64_t asked_lengths_ = 0;       ///< bit n: some field whose name has n letters matters
  std::vector<std::vector<Test>> tests_;  ///< by request
  NameTable services_, pods_;
};

}  // namespace ingress_check
