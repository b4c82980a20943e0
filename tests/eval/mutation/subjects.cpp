#include "subjects.h"

#include "tests/eval/localisers/programs.h"

namespace dlfix::eval::testing {
namespace {

using nlohmann::json;

const json kGlorot = {{"class", "glorot_uniform"}};

void add_parameter(mapping::Program& program, const std::string& name, const std::string& kind,
                   std::optional<int> layer, const std::string& attribute, json value,
                   bool inserted = false) {
  mapping::Hyperparameter parameter;
  parameter.name = name;
  parameter.kind = kind;
  parameter.layer = layer;
  parameter.attribute = attribute;
  parameter.value = std::move(value);
  parameter.inserted = inserted;
  parameter.edit = {{"form", "literal"}, {"quote", "\""}};
  program.hyperparameters.push_back(std::move(parameter));
}

void add_layer_parameters(mapping::Program& program, int layer, const std::string& number,
                          const std::string& activation) {
  add_parameter(program, "act" + number, "activation", layer, "activation", activation);
  add_parameter(program, "ki" + number, "kernel_initializer", layer, "kernel_initializer",
                "glorot_uniform");
  add_parameter(program, "kr" + number, "kernel_regularizer", layer, "kernel_regularizer", nullptr,
                true);
}

void add_training_parameters(mapping::Program& program, bool writes_rate) {
  const trainer::OptimizerSpec& optimizer = program.compile.optimizer;
  add_parameter(program, "loss", "loss", std::nullopt, "loss", program.compile.loss);
  add_parameter(program, "optimizer", "optimizer", std::nullopt, "optimizer", optimizer.name);
  add_parameter(program, "lr", "learning_rate", std::nullopt, "learning_rate",
                optimizer.learning_rate, !writes_rate);
  add_parameter(program, "batch_size", "batch_size", std::nullopt, "batch_size",
                program.fit.batch_size);
  add_parameter(program, "epochs", "epochs", std::nullopt, "epochs", program.fit.epochs);
}

json more() {
  return {{"kernel_initializer", kGlorot}, {"kernel_regularizer", nullptr}, {"use_bias", true}};
}

trainer::LayerSpec convolution(int filters) {
  trainer::LayerSpec spec = conv(filters, 3, "relu");
  spec.attributes.update(more());
  return spec;
}

}  // namespace

mapping::Program mnist() {
  mapping::Program program =
      program_of({convolution(32), convolution(64), max_pool(), layer("Dropout", {{"rate", 0.25}}),
                  layer("Flatten"), dense(128, "relu", more()), layer("Dropout", {{"rate", 0.5}}),
                  dense(10, "softmax", more())},
                 {28, 28, 1}, "categorical_crossentropy", 10);
  program.profile = "tf23";
  program.compile.optimizer = {"adadelta", 1.0, {{"rho", 0.95}}};
  program.fit.batch_size = 128;
  program.fit.epochs = 12;
  program.x.emplace_back();
  program.x.back().data.shape = {60000, 28, 28, 1};
  add_layer_parameters(program, 0, "1", "relu");
  add_layer_parameters(program, 5, "3", "relu");
  add_layer_parameters(program, 7, "4", "softmax");
  add_parameter(program, "dropout1", "dropout_rate", 3, "rate", 0.25);
  add_training_parameters(program, true);
  return program;
}

mapping::Program regression() {
  mapping::Program program = program_of({dense(8, "linear", more()), dense(1, "linear", more())},
                                        {4}, "mean_squared_error", 1);
  program.profile = "tf23";
  program.compile.optimizer = {"adam", 0.001, {{"beta_1", 0.8}}};
  program.fit.epochs = 5;
  add_training_parameters(program, false);
  return program;
}

}  // namespace dlfix::eval::testing
