#include "reports/machine/json/comparison.h"

namespace ingress_check::formats::json_values {
namespace {

Json side(const Side& side) {
  Json json{{"label", side.label}, {"controller", side.controller}};
  if (side.against) json["against"] = *side.against;
  if (side.result.empty()) return json;
  json["result"] = side.result;
  json["version"] = side.version;
  json["run"] = side.run_id;
  json["started"] = utc(side.started);
  return json;
}

Json row(const BehaviourRow& row) {
  Json cells = Json::array();
  for (const auto& cell : row.cells)
    cells.push_back(
        {{"value", cell.value}, {"likeness", to_string(cell.likeness)}, {"said", cell.said}});
  return {{"scenario", row.scenario},
          {"check", row.check},
          {"key", row.key},
          {"meaning", row.meaning},
          {"cells", std::move(cells)}};
}

Json estimate(const Estimate& one, double unit) {
  return {{"value", one.value / unit}, {"low", one.low / unit}, {"high", one.high / unit}};
}

Json shift(const Shift& one) {
  return {{"percent", one.percent},
          {"baseline_us", estimate(one.baseline, 1000)},
          {"other_us", estimate(one.other, 1000)},
          {"ratio", estimate(one.ratio, 1)}};
}

Json place(const LoadAt& at) {
  return {{"scenario", at.scenario}, {"check", at.check}, {"load", at.load}};
}

Json row(const SpeedRow& row) {
  Json shifts = Json::array();
  for (const auto& one : row.shifts) shifts.push_back(shift(one));
  Json json{{"scenario", row.scenario}, {"check", row.check},          {"phase", row.phase},
            {"side", row.side},         {"pace", to_string(row.pace)}, {"indicated", row.indicated},
            {"said", row.said},         {"shifts", std::move(shifts)}};
  if (row.baseline && row.other) {
    json["baseline"] = place(*row.baseline);
    json["other"] = place(*row.other);
  }
  return json;
}

Json counts(const ComparisonTally& sum) {
  return {{"same", sum.same},
          {"predicted", sum.predicted},
          {"mended", sum.mended},
          {"differing", sum.differing},
          {"lost", sum.lost},
          {"undecided", sum.undecided},
          {"unseen", sum.unseen},
          {"slower", sum.slower},
          {"faster", sum.faster},
          {"alike", sum.alike},
          {"not_compared", sum.not_compared}};
}

template <class All, class Make>
Json list(const All& all, Make make) {
  Json made = Json::array();
  for (const auto& one : all) made.push_back(make(one));
  return made;
}

}  // namespace

Json comparison(const Comparison& from) {
  return {{"of_results", from.of_results},
          {"verdict", in_words(from)},
          {"tally", counts(tally(from))},
          {"checks", from.checks},
          {"checks_same", from.checks_same},
          {"routes", from.routes},
          {"routes_same", from.routes_same},
          {"confidence", from.confidence},
          {"tolerance", from.tolerance},
          {"sides", list(from.sides, side)},
          {"behaviour", list(from.behaviour, [](const BehaviourRow& one) { return row(one); })},
          {"speed", list(from.speed, [](const SpeedRow& one) { return row(one); })},
          {"lone", list(from.lone,
                        [](const LoneCheck& one) {
                          return Json{{"scenario", one.scenario},
                                      {"check", one.check},
                                      {"side", one.side},
                                      {"added", one.added}};
                        })},
          {"refused", list(from.refused, [](const Refusal& one) {
             return Json{{"what", one.what}, {"why", one.why}};
           })}};
}

}  // namespace ingress_check::formats::json_values
