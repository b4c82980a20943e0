#include "mapping/program/edit_optimizer.h"

#include <fmt/format.h>

#include "mapping/program/edit_values.h"
#include "mapping/program/keras_names.h"
#include "mapping/program/optimizer_site.h"
#include "mapping/program/python_literal.h"

namespace dlfix::mapping {
namespace {

using nlohmann::json;

const Hyperparameter* of_kind(const Program& program, std::string_view kind) {
  for (const auto& hp : program.hyperparameters) {
    if (hp.kind == kind) return &hp;
  }
  return nullptr;
}

std::string form_of(const Hyperparameter& hp) { return hp.edit.value("form", "none"); }

bool is_written(const Hyperparameter& hp) { return form_of(hp) == "literal"; }

/// One of the three hyperparameters: what the program has and what is wanted.
struct Wanted {
  const Hyperparameter* hp = nullptr;
  std::optional<json> change;

  bool changed() const { return change.has_value(); }
  json value() const { return change ? *change : hp ? hp->value : json(); }
};

Wanted wanted(const Program& program, const Config& changes, std::string_view kind) {
  Wanted result;
  result.hp = of_kind(program, kind);
  if (result.hp == nullptr) return result;
  if (const auto found = changes.find(result.hp->name); found != changes.end()) {
    result.change = found->second;
  }
  return result;
}

bool inside(const Span& outer, const Span& inner) {
  return outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end;
}

/// Writes the optimiser expression anew.
class Rewrite {
 public:
  Rewrite(Drafting& drafting, const OptimizerSite& site, const Wanted& optimizer,
          const Wanted& rate, const Wanted& momentum)
      : drafting_(drafting), site_(site), optimizer_(optimizer), rate_(rate), momentum_(momentum) {
    next_ = find_optimizer(optimizer.value().get<std::string>());
  }

  void draft() {
    const std::string list = arguments();
    const bool plain = list.empty() && (site_.form == "string" || site_.form == "absent");
    std::string text = plain ? python_string(next_->name, quote()) : callee() + "(" + list + ")";
    drafting_.inside(site_.span, true);  // what lay inside is part of the new text
    drafting_.add(site_.span, site_.prefix + text + site_.suffix, names());
  }

 private:
  std::string quote() const {
    const char first = site_.text.empty() ? '\'' : site_.text.front();
    return first == '"' ? "\"" : "'";
  }

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const Wanted* one : {&optimizer_, &rate_, &momentum_}) {
      if (one->changed()) names.push_back(one->hp->name);
    }
    return names;
  }

  std::string callee() {
    const std::string& name = optimizer_.hp->name;
    if (site_.callee.empty()) return drafting_.keras_object("optimizers", next_->class_name, name);
    if (!optimizer_.changed()) return site_.callee;
    const std::size_t dot = site_.callee.rfind('.');
    if (dot == std::string::npos) {
      return drafting_.bare_object("optimizers", next_->class_name, name);
    }
    return site_.callee.substr(0, dot + 1) + next_->class_name;
  }

  const Wanted* wanted_for(const std::string& argument) const {
    if (argument == "learning_rate") return &rate_;
    if (argument == "momentum") return &momentum_;
    return nullptr;
  }

  // An argument's value: as written, with a literal in it replaced when that is what changes.
  std::string value_text(const OptimizerArgument& argument) {
    const Wanted* one = wanted_for(argument.name);
    const bool changed = one != nullptr && one->changed();
    // A literal elsewhere (a variable) is edited there and its name stays.
    if (!changed || is_written(*one->hp)) return drafting_.edited_text(argument.value);
    return python_float(one->value().get<double>());
  }

  std::string arguments() {
    std::string list;
    bool positional = true;
    bool has_rate = false;
    bool has_momentum = false;
    for (const auto& argument : site_.arguments) {
      const bool kept = next_->has(argument.name);
      positional = positional && kept && argument.keyword.empty() && list.empty();
      if (!kept) continue;
      has_rate = has_rate || argument.name == "learning_rate";
      has_momentum = has_momentum || argument.name == "momentum";
      std::string text = value_text(argument);
      // Only the first argument has the same place in every class.
      if (!positional || !argument.keyword.empty()) {
        text = (argument.keyword.empty() ? argument.name : argument.keyword) + "=" + text;
      }
      list += (list.empty() ? "" : ", ") + text;
    }
    if (!has_momentum && momentum_.changed() && next_->has("momentum")) {
      list += (list.empty() ? "" : ", ") + std::string("momentum=") +
              python_float(momentum_.value().get<double>());
    }
    if (has_rate || !rate_needed()) return list;
    const std::string rate = rate_keyword() + "=" + python_float(rate_.value().get<double>());
    return rate + (list.empty() ? "" : ", ") + list;
  }

  // Without an argument the class's default is the rate.
  bool rate_needed() const {
    if (!rate_.value().is_number()) return false;
    if (!rate_.changed() && !optimizer_.changed()) return false;
    return rate_.value().get<double>() != next_->default_learning_rate(drafting_.program().profile);
  }

  std::string rate_keyword() const {
    const json& imports = drafting_.imports();
    return imports.value("learning_rate_keyword", "learning_rate");
  }

  Drafting& drafting_;
  const OptimizerSite& site_;
  const Wanted& optimizer_;
  const Wanted& rate_;
  const Wanted& momentum_;
  const OptimizerInfo* next_ = nullptr;
};

void refuse(Drafting& drafting, const Wanted& one, const std::string& reason) {
  if (one.changed()) drafting.refuse(one.hp->name, reason);
}

// Why the expression cannot be written anew; empty when it can.
std::string obstacle(const std::optional<OptimizerSite>& site, const Wanted& optimizer) {
  if (optimizer.hp != nullptr && form_of(*optimizer.hp) == "none") {
    return optimizer.hp->edit.value("reason",
                                    "the optimiser is not written in a form that can be edited");
  }
  if (!site) return "the optimiser expression was not found in the source";
  if (site->form == "other") {
    return fmt::format("line {}: the optimiser is neither a name nor the call of a Keras class",
                       site->span.start.line);
  }
  if (!optimizer.value().is_string() ||
      find_optimizer(optimizer.value().get<std::string>()) == nullptr) {
    return fmt::format("line {}: the optimiser's class is not known", site->span.start.line);
  }
  return "";
}

// Changes of one value: by its literal or keyword; true when the expression must be written anew.
bool draft_value(Drafting& drafting, const Wanted& one, bool rewrite, const OptimizerSite* site) {
  if (!one.changed()) return false;
  const std::string form = form_of(*one.hp);
  if (form == "none") {
    drafting.refuse(one.hp->name, one.hp->edit.value("reason", "it cannot be edited"));
    return false;
  }
  const bool covered =
      rewrite && site != nullptr && form == "keyword" && inside(site->span, one.hp->span);
  if (covered) return false;  // the new expression has it as an argument
  if (form == "literal" || form == "keyword") {
    put_text(drafting, *one.hp, render_value(drafting, *one.hp, *one.change));
    return false;
  }
  return true;
}

std::string joined(const std::string& first, const std::string& more) {
  return first.empty() || more.empty() ? first + more : first + ", " + more;
}

std::string config_key(const Hyperparameter& hp) { return "config[\"" + hp.name + "\"]"; }

// "learning_rate": config["lr"], then what else the program writes.
std::string config_entries(Drafting& drafting, const OptimizerSite& site,
                           const Hyperparameter* rate, const Hyperparameter* momentum) {
  const json& imports = drafting.imports();
  std::string keyword = imports.value("learning_rate_keyword", "learning_rate");
  std::string others;
  for (const auto& argument : site.arguments) {
    if (argument.name == "learning_rate") {
      if (!argument.keyword.empty()) keyword = argument.keyword;
      if (rate != nullptr) continue;
    }
    const bool by_config = argument.name == "momentum" && momentum != nullptr;
    const std::string value =
        by_config ? config_key(*momentum)
                  : std::string(drafting.source(site.span.file).text(argument.value));
    const std::string key = argument.name == "learning_rate" ? keyword : argument.name;
    others = joined(others, "\"" + key + "\": " + value);
  }
  return rate == nullptr ? others : joined("\"" + keyword + "\": " + config_key(*rate), others);
}

}  // namespace

void edit_optimizer(Drafting& drafting, const Config& changes) {
  const Program& program = drafting.program();
  const Wanted optimizer = wanted(program, changes, "optimizer");
  const Wanted rate = wanted(program, changes, "learning_rate");
  Wanted momentum = wanted(program, changes, "momentum");
  if (!optimizer.changed() && !rate.changed() && !momentum.changed()) return;

  const auto site = optimizer_site(drafting);
  const std::string reason = obstacle(site, optimizer);
  const bool new_class = optimizer.changed() && reason.empty();
  // A refused class leaves the values, which may have literals of their own.
  if (!reason.empty()) refuse(drafting, optimizer, reason);
  const std::string class_name =
      new_class ? optimizer.value().get<std::string>() : program.compile.optimizer.name;
  const OptimizerInfo* info = find_optimizer(class_name);
  if (momentum.changed() && info != nullptr && !info->has("momentum")) {
    refuse(drafting, momentum, class_name + " has no momentum");
    momentum.change.reset();
  }
  const OptimizerSite* place = site ? &*site : nullptr;
  const bool rate_needs = draft_value(drafting, rate, new_class, place);
  const bool momentum_needs = draft_value(drafting, momentum, new_class, place);
  if (!new_class && !rate_needs && !momentum_needs) return;
  if (!reason.empty()) {
    if (rate_needs) refuse(drafting, rate, reason);
    if (momentum_needs) refuse(drafting, momentum, reason);
    return;
  }
  Rewrite(drafting, *site, optimizer, rate, momentum).draft();
}

void optimizer_config_form(Drafting& drafting) {
  const Program& program = drafting.program();
  const Wanted optimizer = wanted(program, {}, "optimizer");
  if (optimizer.hp == nullptr) return;
  const Hyperparameter* rate = of_kind(program, "learning_rate");
  const Hyperparameter* momentum = of_kind(program, "momentum");
  const auto site = optimizer_site(drafting);
  if (const std::string reason = obstacle(site, optimizer); !reason.empty()) {
    drafting.refuse(optimizer.hp->name, reason);
    for (const Hyperparameter* hp : {rate, momentum}) {
      if (hp != nullptr && is_written(*hp)) put_text(drafting, *hp, config_key(*hp));
    }
    return;
  }
  std::vector<std::string> names = {optimizer.hp->name};
  if (rate != nullptr) names.push_back(rate->name);
  const std::string module = drafting.keras_module("optimizers", optimizer.hp->name);
  const std::string text =
      fmt::format("{}.get({{\"class_name\": {}, \"config\": {{{}}}}})", module,
                  config_key(*optimizer.hp), config_entries(drafting, *site, rate, momentum));
  drafting.inside(site->span, true);
  drafting.add(site->span, site->prefix + text + site->suffix, names);
}

}  // namespace dlfix::mapping
