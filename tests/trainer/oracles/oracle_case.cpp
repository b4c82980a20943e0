#include "oracle_case.h"

#include <fstream>
#include <limits>

#include "tests/trainer/torch/test_device.h"
#include "trainer/torch/batches.h"
#include "trainer/torch/checks.h"
#include "trainer/torch/failure.h"
#include "trainer/torch/steps.h"

namespace dlfix::trainer::testing {
namespace {

using nlohmann::json;

constexpr std::int64_t kReplica = 1;
constexpr int kSteps = 5;

Tensor tensor_of(const json& shape_and_numbers) {
  std::vector<float> values;
  for (double value : numbers_of(shape_and_numbers.at(1))) values.push_back(float(value));
  return at::tensor(values).view(shape_and_numbers.at(0).get<Shape>());
}

NodeRef source_of(const json& name) {
  if (name.is_string()) return {-1, std::stoll(name.get<std::string>().substr(1))};
  return {name.get<std::int64_t>(), 0};
}

ModelSpec model_of(const json& entry) {
  ModelSpec model;
  for (const json& input : entry.at("x")) {
    Shape shape = input.at(0).get<Shape>();
    shape.erase(shape.begin());
    model.inputs.push_back({-1, static_cast<std::int64_t>(model.input_shapes.size())});
    model.input_shapes.push_back(std::move(shape));
  }
  NodeRef before{-1, 0};
  for (const json& given : entry.at("layers")) {
    LayerSpec layer;
    layer.class_name = given.at(0).get<std::string>();
    layer.attributes = given.at(1);
    layer.inbound.emplace_back();
    if (given.size() > 2) {
      for (const json& name : given.at(2)) layer.inbound[0].push_back(source_of(name));
    } else {
      layer.inbound[0].push_back(before);
    }
    before = {static_cast<std::int64_t>(model.layers.size()), 0};
    model.layers.push_back(std::move(layer));
  }
  model.outputs = {before};
  return model;
}

TrainingRequest request_of(const json& entry, const std::string& profile) {
  TrainingRequest request;
  request.model = model_of(entry);
  request.profile = profile;
  request.compile.loss = entry.at("loss").get<std::string>();
  request.compile.loss_options = entry.value("loss_options", json::object());
  const json& optimizer = entry.at("optimizer");
  request.compile.optimizer.name = optimizer.at(0).get<std::string>();
  request.compile.optimizer.options = optimizer.at(2);
  if (optimizer.at(1).is_number()) {
    request.compile.optimizer.learning_rate = optimizer.at(1).get<double>();
  } else {
    request.compile.optimizer.options["learning_rate"] = optimizer.at(1);
  }
  const json fit = entry.value("fit", json::object());
  request.fit.batch_size = fit.value("batch_size", entry.at("y").at(0).at(0).get<std::int64_t>());
  request.fit.epochs = fit.value("epochs", entry.value("steps", kSteps));
  request.fit.shuffle = false;
  if (fit.contains("steps_per_epoch")) request.fit.steps_per_epoch = fit.at("steps_per_epoch");
  request.fit.class_weight = entry.value("class_weight", json());
  return request;
}

FitData data_of(const json& entry) {
  FitData data;
  const at::Device device = test_tensor_device();
  for (const json& input : entry.at("x")) data.train.inputs.push_back(tensor_of(input).to(device));
  data.train.labels = tensor_of(entry.at("y")).to(device);
  data.train.count = data.train.labels.size(0);
  if (entry.contains("sample_weight")) {
    data.train.sample_weights =
        at::tensor(entry.at("sample_weight").get<std::vector<float>>()).to(device);
  }
  return data;
}

std::vector<double> list_of(const Tensor& tensor) {
  const Tensor flat = tensor.detach().to(at::kCPU, at::kDouble).contiguous().flatten();
  return {flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel()};
}

// The request twice, with the case's weights in one of the replicas.
class CaseRun {
 public:
  CaseRun(const json& entry, const std::string& profile)
      : entry_(entry),
        profile_(find_profile(profile)),
        request_(request_of(entry, profile)),
        other_(request_),
        data_(data_of(entry)) {
    other_.seed = 7;
    check_request(request_, data_, profile_);
    weights_ = row_weights(request_.fit, data_.train, profile_);
  }

  Group start() {
    Group group({&other_, &request_}, data_, profile_, test_tensor_device());
    at::NoGradGuard no_gradient;
    const json& given = entry_.at("weights");
    for (std::size_t layer = 0; layer < given.size(); ++layer) {
      const Tensors& own = group.weights().by_layer[layer];
      if (own.size() != given[layer].size()) {
        throw std::runtime_error("layer " + std::to_string(layer) + " has " +
                                 std::to_string(own.size()) + " weights");
      }
      for (std::size_t k = 0; k < own.size(); ++k) {
        const Tensor place = own[k].select(0, kReplica);
        Tensor value = tensor_of(json::array({json::array({place.numel()}), given[layer][k]}));
        place.copy_(value.view(place.sizes()));
      }
    }
    return group;
  }

  std::vector<double> output() {
    at::NoGradGuard no_gradient;
    const Group group = start();
    ForwardContext context;
    context.seeds = &group.seeds();
    const auto shapes = model_input_shapes(request_.model, data_.train);
    const Tensors inputs = gather_inputs(data_.train, shapes, all_rows(), 2);
    return list_of(group.network().forward(inputs, group.weights(), context).tensor[kReplica]);
  }

  std::vector<std::vector<double>> gradients() {
    Group group = start();
    const BatchPass pass = run_batch(group, data_.train, all_rows(), sample_weights(), 0);
    std::vector<std::vector<double>> lists;
    for (const WeightPlace& place : group.network().trainable()) {
      lists.push_back(list_of(pass.gradients[kReplica].narrow(0, place.offset, place.count)));
    }
    return lists;
  }

  void fit(const std::vector<std::string>& metrics, CaseOutcome& outcome) {
    Group group = start();
    Batches batches({data_.train.count, request_.fit.batch_size, false,
                     request_.fit.steps_per_epoch, profile_.epoch_ends_with_data},
                    group.device());
    Steps steps(metrics, weights_);
    const std::vector<float> rates(2, static_cast<float>(request_.compile.optimizer.learning_rate));
    for (std::int64_t epoch = 0; epoch < request_.fit.epochs; ++epoch) {
      steps.begin_epoch(2, group.device());
      batches.begin_epoch();
      while (const auto batch = batches.next(group.seeds())) {
        steps.step(group, data_.train, *batch, rates);
      }
      outcome.losses.push_back(steps.mean_loss()[kReplica].item<double>());
      for (std::size_t k = 0; k < metrics.size(); ++k) {
        outcome.metrics[metrics[k]].push_back(steps.mean_metric(k)[kReplica].item<double>());
      }
    }
    for (const Tensors& layer : group.weights().by_layer) {
      for (const Tensor& weight : layer) outcome.after.push_back(list_of(weight[kReplica]));
    }
  }

 private:
  Tensor all_rows() const {
    return at::arange(data_.train.count, at::kLong).repeat({2}).to(test_tensor_device());
  }
  // Gradients are measured without class weights.
  Tensor sample_weights() const {
    return entry_.contains("sample_weight") ? data_.train.sample_weights : Tensor();
  }

  const json& entry_;
  const Profile& profile_;
  TrainingRequest request_;
  TrainingRequest other_;
  FitData data_;
  Tensor weights_;
};

}  // namespace

json read_fixture(const std::string& name) {
  const std::string path =
      std::string(DLFIX_SOURCE_DIR) + "/tests/trainer/oracles/fixtures/" + name + ".json";
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  return json::parse(file);
}

std::vector<double> numbers_of(const json& list) {
  std::vector<double> values;
  for (const json& value : list) {
    if (value.is_number()) {
      values.push_back(value.get<double>());
    } else if (value == "nan") {
      values.push_back(std::numeric_limits<double>::quiet_NaN());
    } else {
      const double infinity = std::numeric_limits<double>::infinity();
      values.push_back(value == "inf" ? infinity : -infinity);
    }
  }
  return values;
}

CaseOutcome run_case(const json& entry, const json& expected, const std::string& profile) {
  CaseOutcome outcome;
  try {
    CaseRun run(entry, profile);
    if (expected.contains("output")) outcome.output = run.output();
    if (expected.contains("gradients")) outcome.gradients = run.gradients();
    std::vector<std::string> metrics;
    const json followed = expected.value("metrics", json::object());
    for (const auto& [name, values] : followed.items()) metrics.push_back(name);
    run.fit(metrics, outcome);
  } catch (const TrainingFailure& failure) {
    (failure.status() == TrainingStatus::kCrash ? outcome.crash : outcome.refusal) = failure.what();
  }
  return outcome;
}

}  // namespace dlfix::trainer::testing
