// program.json -> Program.
#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <type_traits>

#include "mapping/program/program.h"
#include "trainer/support/errors.h"

namespace dlfix::mapping {
namespace {

using nlohmann::json;
using support::InputError;

/// A field of a document with the dotted path that names it in messages.
class Field {
 public:
  Field(const json& value, std::string path) : value_(&value), path_(std::move(path)) {}

  const json& value() const { return *value_; }
  const std::string& path() const { return path_; }
  bool null() const { return value_->is_null(); }

  Field required(const char* name) const {
    if (!value_->is_object() || !value_->contains(name)) wrong(path_ + "." + name, "is missing");
    return {value_->at(name), path_ + "." + name};
  }
  /// A null field when it is absent.
  Field optional(const char* name) const {
    static const json kNull;
    const bool there = value_->is_object() && value_->contains(name);
    return {there ? value_->at(name) : kNull, path_ + "." + name};
  }
  std::vector<Field> items() const {
    std::vector<Field> result;
    if (null()) return result;
    if (!value_->is_array()) wrong(path_, "is not a list");
    for (std::size_t rank = 0; rank < value_->size(); ++rank) {
      result.emplace_back((*value_)[rank], fmt::format("{}[{}]", path_, rank));
    }
    return result;
  }
  template <typename T>
  T as() const {
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
      if (!fits<T>()) wrong(path_, fmt::format("is out of range: {}", value_->dump()));
    }
    try {
      return value_->get<T>();
    } catch (const json::exception&) {
      wrong(path_, fmt::format("has the wrong type: {}", value_->dump()));
    }
  }
  /// `fallback` when null or absent.
  template <typename T>
  T get(const char* name, T fallback) const {
    const Field field = optional(name);
    return field.null() ? fallback : field.as<T>();
  }
  [[noreturn]] static void wrong(const std::string& path, const std::string& what) {
    throw InputError(fmt::format("program.json: {} {}", path.substr(path.find('.') + 1), what),
                     "it was not written by the probe of this version");
  }

 private:
  /// Converting a number that T does not hold is undefined.
  template <typename T>
  bool fits() const {
    if (!value_->is_number()) return true;
    const auto number = value_->get<double>();
    const double end = std::ldexp(1.0, std::numeric_limits<T>::digits);
    return number >= -end && number < end;
  }

  const json* value_;
  std::string path_;
};

trainer::Shape parse_shape(const Field& field) {
  trainer::Shape shape;
  for (const auto& size : field.items()) {
    shape.push_back(size.null() ? -1 : size.as<std::int64_t>());
  }
  return shape;
}

trainer::NodeRef parse_node(const Field& field) {
  const auto parts = field.items();
  if (parts.size() != 2) Field::wrong(field.path(), "is not a pair of layer and call");
  return {parts[0].as<std::int64_t>(), parts[1].as<std::int64_t>()};
}

trainer::LayerSpec parse_layer(const Field& field) {
  trainer::LayerSpec layer;
  layer.class_name = field.required("class").as<std::string>();
  layer.name = field.get<std::string>("name", "");
  layer.attributes = field.required("attributes").value();
  layer.file = field.get<std::string>("file", "");
  layer.line = field.get<int>("line", 0);
  for (const auto& call : field.optional("inbound").items()) {
    std::vector<trainer::NodeRef> nodes;
    for (const auto& node : call.items()) nodes.push_back(parse_node(node));
    layer.inbound.push_back(std::move(nodes));
  }
  return layer;
}

trainer::ModelSpec parse_model(const Field& field) {
  trainer::ModelSpec model;
  for (const auto& layer : field.required("layers").items()) {
    model.layers.push_back(parse_layer(layer));
  }
  std::int64_t position = 0;
  for (const auto& input : field.optional("inputs").items()) {
    const auto layer = input.get<std::int64_t>("layer", -1);
    model.input_shapes.push_back(parse_shape(input.optional("shape")));
    model.inputs.push_back({layer, layer < 0 ? position : 0});
    ++position;
  }
  for (const auto& output : field.optional("outputs").items()) {
    model.outputs.push_back(parse_node(output));
  }
  return model;
}

Field selected_model(const Field& document) {
  for (const auto& model : document.required("models").items()) {
    if (model.get("selected", false)) return model;
  }
  Field::wrong("document.models", "has no selected model");
}

// A name; of several outputs with a loss each (a list, or an object by output) a text that is no
// loss's name, so that no trainer takes it.
std::string loss_text(const json& loss) {
  if (loss.is_object() && loss.contains("custom") && loss["custom"].is_string()) {
    return "custom:" + loss["custom"].get<std::string>();
  }
  if (!loss.is_object() && !loss.is_array()) return loss.is_null() ? "None" : loss.dump();
  std::string text;
  for (const auto& part : loss) {
    const std::string name = part.is_string() ? part.get<std::string>() : loss_text(part);
    text += (text.empty() ? "" : ", ") + name;
  }
  return loss.size() == 1 ? text : "one loss for each output: " + text;
}

trainer::CompileSpec parse_compile(const Field& field) {
  trainer::CompileSpec compile;
  const Field loss = field.optional("loss");
  if (loss.value().is_object() || loss.value().is_array()) {
    compile.loss = loss_text(loss.value());
  } else if (!loss.null()) {
    compile.loss = loss.as<std::string>();
  }
  if (!field.optional("loss_options").null()) {
    compile.loss_options = field.optional("loss_options").value();
  }
  for (const auto& metric : field.optional("metrics").items()) {
    compile.metrics.push_back(metric.value().is_string() ? metric.as<std::string>()
                                                         : metric.value().dump());
  }
  const Field optimizer = field.optional("optimizer");
  if (optimizer.null()) return compile;
  if (optimizer.value().is_string()) {
    compile.optimizer.name = optimizer.as<std::string>();
    return compile;
  }
  compile.optimizer.name = optimizer.get<std::string>("class", compile.optimizer.name);
  for (const auto& [name, value] : optimizer.value().items()) {
    if (name == "class") continue;
    if (name != "learning_rate" || value.is_object()) compile.optimizer.options[name] = value;
  }
  const Field rate = optimizer.optional("learning_rate");
  // A schedule object stays among the options; the number is where it starts.
  if (rate.value().is_number()) compile.optimizer.learning_rate = rate.as<double>();
  if (rate.value().is_object()) {
    compile.optimizer.learning_rate = rate.get("initial_learning_rate", 0.001);
  }
  return compile;
}

trainer::FitSpec parse_fit(const Field& field) {
  trainer::FitSpec fit;
  fit.batch_size = field.get<std::int64_t>("batch_size", 32);
  // What is trained are the epochs after initial_epoch.
  fit.epochs = field.get<std::int64_t>("epochs", 1) - field.get<std::int64_t>("initial_epoch", 0);
  const Field shuffle = field.optional("shuffle");
  fit.shuffle = !shuffle.value().is_boolean() || shuffle.as<bool>();
  fit.validation_split = field.get("validation_split", 0.0);
  if (!field.optional("steps_per_epoch").null()) {
    fit.steps_per_epoch = field.optional("steps_per_epoch").as<std::int64_t>();
  }
  fit.class_weight = field.optional("class_weight").value();
  for (const auto& callback : field.optional("callbacks").items()) {
    trainer::CallbackSpec spec;
    spec.class_name = callback.required("class").as<std::string>();
    if (!callback.optional("attributes").null()) {
      spec.attributes = callback.optional("attributes").value();
    }
    fit.callbacks.push_back(std::move(spec));
  }
  return fit;
}

SourceLine parse_line(const Field& field) {
  SourceLine line;
  line.file = field.get<std::string>("file", "");
  line.line = field.get<int>("line", 0);
  line.end_line = field.get<int>("end_line", line.line);
  line.text = field.get<std::string>("text", "");
  return line;
}

ProgramArray parse_array(const Field& field, const std::string& directory) {
  ProgramArray array;
  array.name = field.get<std::string>("name", "");
  if (const auto path = field.get<std::string>("path", ""); !path.empty()) {
    array.data.path = (std::filesystem::path(directory) / path).string();
  }
  array.data.shape = parse_shape(field.optional("shape"));
  array.data.dtype = field.get<std::string>("dtype", "");
  array.data.sha256 = field.get<std::string>("sha256", "");
  for (const auto& line : field.optional("lines").items()) array.lines.push_back(parse_line(line));
  return array;
}

// Labels of several outputs (a list) are no array: such a model is described and not trained.
std::optional<ProgramArray> parse_optional_array(const Field& field, const std::string& directory) {
  if (field.null() || field.value().is_array()) return std::nullopt;
  return parse_array(field, directory);
}

std::vector<ProgramArray> parse_arrays(const Field& field, const std::string& directory) {
  std::vector<ProgramArray> arrays;
  for (const auto& array : field.items()) arrays.push_back(parse_array(array, directory));
  return arrays;
}

ProgramEvaluation parse_evaluation(const Field& field, const std::string& directory) {
  return {parse_arrays(field.optional("x"), directory),
          parse_optional_array(field.optional("y"), directory), parse_line(field)};
}

Position parse_position(const Field& field) {
  return {field.required("line").as<int>(), field.required("column").as<int>()};
}

Hyperparameter parse_hyperparameter(const Field& field) {
  Hyperparameter hp;
  hp.name = field.required("name").as<std::string>();
  hp.kind = field.required("kind").as<std::string>();
  if (!field.optional("layer").null()) hp.layer = field.optional("layer").as<int>();
  hp.attribute = field.get<std::string>("attribute", "");
  hp.value = field.required("value").value();
  hp.fault_types = field.get<std::vector<std::string>>("fault_types", {});
  hp.inserted = field.get("inserted", false);
  hp.edit = field.required("edit").value();
  hp.span.file = field.get<std::string>("file", "");
  if (!field.optional("start").null()) hp.span.start = parse_position(field.required("start"));
  if (!field.optional("end").null()) hp.span.end = parse_position(field.required("end"));
  return hp;
}

OwnInitializer parse_own_initializer(const Field& field) {
  return {field.required("name").as<std::string>(), field.required("text").as<std::string>(),
          field.required("value").value(), field.get<std::string>("file", ""),
          field.get<int>("line", 0)};
}

void parse_data(Program& program, const Field& document, const std::string& directory) {
  const Field fit = document.optional("fit");
  program.x = parse_arrays(fit.optional("x"), directory);
  program.y = parse_optional_array(fit.optional("y"), directory);
  program.sample_weight = parse_optional_array(fit.optional("sample_weight"), directory);
  if (!fit.optional("validation").null()) {
    program.validation = parse_evaluation(fit.optional("validation"), directory);
    if (program.validation->line.line == 0) program.validation->line = parse_line(fit);
  }
  for (const auto& evaluation : document.optional("evaluate").items()) {
    program.evaluations.push_back(parse_evaluation(evaluation, directory));
  }
}

void parse_remarks(Program& program, const Field& document) {
  const Field fit = document.optional("fit");
  if (fit.optional("y").value().is_array()) {
    program.warnings.push_back(
        {fmt::format("the model has {} outputs with labels of their own: it is described, and only "
                     "models of one output are trained",
                     fit.optional("y").value().size()),
         fit.get<std::string>("file", ""), fit.get<int>("line", 0)});
  }
  program.unknown = document.get<std::vector<std::string>>("unknown", {});
  for (const auto& warning : document.optional("warnings").items()) {
    program.warnings.push_back({warning.required("message").as<std::string>(),
                                warning.get<std::string>("file", ""), warning.get<int>("line", 0)});
  }
}

}  // namespace

bool Hyperparameter::editable() const { return edit.value("form", "none") != "none"; }

const Hyperparameter* Program::find(std::string_view name) const {
  for (const auto& hp : hyperparameters) {
    if (hp.name == name) return &hp;
  }
  return nullptr;
}

const OwnInitializer* Program::find_own_initializer(std::string_view own_name) const {
  for (const auto& own : initializers) {
    if (own.name == own_name) return &own;
  }
  return nullptr;
}

Config Program::config() const {
  Config config;
  for (const auto& hp : hyperparameters) config[hp.name] = hp.value;
  return config;
}

Program parse_program(const json& json_document, const std::string& directory) {
  const Field document(json_document, "document");
  const int version = document.required("version").as<int>();
  if (version != 1) {
    throw InputError(
        fmt::format("program.json has version {}, this program reads version 1", version),
        "use the probe that belongs to this version");
  }
  Program program;
  program.document = json_document;
  program.path = document.required("program").as<std::string>();
  program.sha256 = document.get<std::string>("sha256", "");
  program.captured = document.get<std::string>("source", "inspect") == "capture";
  program.frontend = document.get<std::string>("frontend", "");
  program.interpreter = document.get<std::string>("interpreter", "");
  const Field keras = document.optional("keras");
  program.profile = keras.get<std::string>("profile", "keras3");
  program.profile_reason = keras.get<std::string>("reason", "");

  const Field model = selected_model(document);
  program.model_name = model.get<std::string>("name", "");
  program.model_kind = model.get<std::string>("kind", "sequential");
  program.model = parse_model(model);
  program.compile = parse_compile(document.required("compile"));
  program.fit = parse_fit(document.required("fit"));
  parse_data(program, document, directory);
  for (const auto& hp : document.required("hyperparameters").items()) {
    program.hyperparameters.push_back(parse_hyperparameter(hp));
  }
  for (const auto& own : document.optional("initializers").items()) {
    program.initializers.push_back(parse_own_initializer(own));
  }
  parse_remarks(program, document);
  return program;
}

}  // namespace dlfix::mapping
