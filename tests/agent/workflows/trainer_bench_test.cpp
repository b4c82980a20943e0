#include "agent/workflows/trainer_bench.h"

#include <gtest/gtest.h>

#include <set>

#include "trainer/spec/grouping.h"

namespace dlfix::agent {
namespace {

trainer::TrainingRequest two_layers() {
  trainer::TrainingRequest request;
  for (const char* activation : {"relu", "softmax"}) {
    trainer::LayerSpec layer;
    layer.class_name = "Dense";
    layer.attributes = {{"units", 3}, {"activation", activation}};
    request.model.layers.push_back(layer);
  }
  request.model.layers[0].inbound = {{{-1, 0}}};
  request.model.layers[1].inbound = {{{0, 0}}};
  request.compile.loss = "categorical_crossentropy";
  request.train.labels = {{"y.npy", {4, 3}, "float32", "aa"}};
  request.train.inputs = {{{"x.npy", {4, 2}, "float32", "bb"}}};
  return request;
}

TEST(TrainerBench, CandidatesDifferInWhatMayDifferInsideABatch) {
  const auto requests = vary_request(two_layers(), 100);
  std::set<std::string> keys;
  for (const auto& request : requests) {
    keys.insert(trainer::training_key(request));
    EXPECT_EQ(trainer::group_key(request), trainer::group_key(requests[0]));
    EXPECT_EQ(request.model.layers[1].attributes["activation"], "softmax");
  }
  EXPECT_EQ(keys.size(), 100U);
  EXPECT_EQ(requests[0].compile.optimizer.name, two_layers().compile.optimizer.name);
}

TEST(TrainerBench, WhatWasNotMeasuredIsADash) {
  SubjectSpeed speed{};
  speed.subject = "D6";
  speed.steps = 25;
  speed.eager = 0.008;
  speed.fused = 0.001;
  speed.fused_over_eager = 8;
  speed.keras = speed.fused_over_keras = std::nan("");
  TrainerSpeed all;
  all.subjects = {speed};
  const std::string text = to_text(all);
  EXPECT_NE(text.find("8x"), std::string::npos) << text;
  EXPECT_NE(text.find(" - "), std::string::npos) << text;
  EXPECT_EQ(to_document(all)["subjects"]["D6"]["fused_over_eager"], 8);
}

}  // namespace
}  // namespace dlfix::agent
