#include "harness/program/sample_file.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

namespace ingress_check {
namespace {

LoadReply two_workers() {
  LoadReply reply;
  reply.pods.resize(2);
  reply.pods[1].service = "app1";
  reply.pods[1].pod = "a,\"b\"\n";
  Sample answered;
  answered.due = 2'000'000;
  answered.sent = 2'000'300;
  answered.first_byte = 2'900'000;
  answered.done = 3'000'001;
  answered.who = 1;
  answered.status = 200;
  answered.connection = 7;
  answered.reused = true;
  Sample refused;
  refused.due = 1'500;
  refused.sent = refused.first_byte = -1;
  refused.done = 2'500;
  refused.outcome = Outcome::refused;
  reply.samples = {{answered}, {refused}};
  return reply;
}

std::string lines(const LoadReply& reply, bool csv) {
  std::string out;
  sample_lines(reply, csv, [&](std::string_view piece) {
    out += piece;
    return true;
  });
  return out;
}

TEST(SampleFile, CsvInOrderOfDue) {
  EXPECT_EQ(lines(two_workers(), true),
            "due_us,sent_us,first_byte_us,done_us,outcome,status,service,pod,request,client,"
            "connection,reused,broke\n"
            "1.500,,,2.500,refused,0,,,0,0,0,0,0\n"
            "2000.000,2000.300,2900.000,3000.001,ok,200,app1,\"a,\"\"b\"\"\\n\",0,0,7,1,0\n");
}

TEST(SampleFile, EveryLineOfJsonIsAnObject) {
  std::istringstream text(lines(two_workers(), false));
  std::vector<nlohmann::json> all;
  for (std::string line; std::getline(text, line);) all.push_back(nlohmann::json::parse(line));
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0]["outcome"], "refused");
  EXPECT_TRUE(all[0]["sent_us"].is_null());
  EXPECT_EQ(all[0]["pod"], "") << "nobody answered it";
  EXPECT_EQ(all[1]["done_us"], 3000.001);
  EXPECT_EQ(all[1]["pod"], "a,\"b\"\n");
  EXPECT_EQ(all[1]["reused"], true);
}

TEST(SampleFile, StopsWhereNothingMoreIsTaken) {
  LoadReply reply = two_workers();
  reply.samples[0].resize(10'000, reply.samples[0][0]);
  int pieces = 0;
  sample_lines(reply, true, [&](std::string_view) { return ++pieces < 2; });
  EXPECT_EQ(pieces, 2);
}

TEST(SampleFile, SaysWhereItCouldNotBeWritten) {
  const auto done = write_samples("/nonexistent/samples.csv", two_workers());
  ASSERT_FALSE(done.has_value());
  EXPECT_NE(done.error().hint.find("--samples"), std::string::npos);
}

}  // namespace
}  // namespace ingress_check
