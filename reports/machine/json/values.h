// Parts of the JSON result that stand in more than one place.
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "harness/exchange.h"
#include "scenarios/error.h"

namespace ingress_check::formats::json_values {

using Json = nlohmann::ordered_json;

/// "2026-01-01T00:00:00.123Z".
std::string utc(std::chrono::system_clock::time_point time);
/// Whole microseconds.
std::int64_t micros(Duration duration);
/// Null where nobody wrote it.
Json place(const Place& place);
Json headers(const Headers& headers);
Json exchange(const Exchange& exchange);

}  // namespace ingress_check::formats::json_values
