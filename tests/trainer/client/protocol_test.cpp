#include "trainer/client/protocol.h"

#include <gtest/gtest.h>

namespace dlfix::trainer {
namespace {

using nlohmann::json;

TEST(ReadMessage, KnowsEveryKind) {
  const auto hello =
      read_message(R"({"type":"hello","protocol":1,"trainer":"torch 1.13.0","device":"cpu"})");
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->kind, MessageKind::kHello);
  EXPECT_EQ(hello->text, "torch 1.13.0");
  const auto progress =
      read_message(R"({"type":"progress","id":7,"request":2,"epoch":3,"epochs":20,"seconds":1.5})");
  ASSERT_TRUE(progress);
  EXPECT_EQ(progress->id, 7);
  EXPECT_EQ(progress->request, 2U);
  EXPECT_EQ(progress->epoch, 3);
  TrainingResult result;
  result.status = TrainingStatus::kNan;
  const json document{{"type", "result"}, {"id", 7}, {"request", 0}, {"result", result}};
  EXPECT_EQ(read_message(document.dump())->result.status, TrainingStatus::kNan);
  EXPECT_EQ(read_message(R"({"type":"done","id":7})")->kind, MessageKind::kDone);
  EXPECT_EQ(read_message(R"({"type":"error","message":"x"})")->id, -1);
}

TEST(ReadMessage, RefusesEverythingElse) {
  for (const char* line :
       {"", "noise", "[]", "{}", R"({"type":"greeting"})", R"({"type":"done"})",
        R"({"type":"progress","id":7,"request":-1,"epoch":3,"epochs":20,"seconds":1})",
        R"({"type":"result","id":7,"request":0,"result":{"status":"fine"}})",
        R"({"type":"hello","protocol":"1","trainer":"t","device":"cpu"})"}) {
    EXPECT_FALSE(read_message(line)) << line;
  }
}

TEST(TrainMessage, SendsSharedDataOnceAndRestoresWholeRequests) {
  TrainingRequest request;
  request.train.inputs = {{{"/x.npy", {10, 2}, "float32", "hash"}}};
  request.train.rows = std::vector<std::int64_t>{1, 2, 3};
  request.evaluate = {{"final", request.train}};
  request.symptoms = true;
  request.trace = TraceSpec{};
  request.trace->every_batches = 5;
  request.start = StartingWeights{{"/w.safetensors", "hash"}, {0, -1, 1}};
  request.keep_weights = "/kept";
  std::vector<TrainingRequest> list(3, request);
  for (std::size_t i = 0; i < list.size(); ++i) list[i].seed = i;
  const std::vector<std::size_t> chosen{2, 0};
  const json message = json::parse(train_message(5, list, chosen));
  EXPECT_EQ(message.at("id"), 5);
  ASSERT_EQ(message.at("requests").size(), 2U);
  EXPECT_FALSE(message.at("requests")[0].contains("train"));
  json whole = message.at("shared");
  whole.update(message.at("requests")[0]);
  EXPECT_EQ(whole, json(list[2]));
}

TEST(CancelMessage, NamesTheBatch) {
  EXPECT_EQ(json::parse(cancel_message(9)), (json{{"type", "cancel"}, {"id", 9}}));
}

}  // namespace
}  // namespace dlfix::trainer
