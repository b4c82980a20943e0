// Config -> edits.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "mapping/program/drafting.h"
#include "mapping/program/edit_layers.h"
#include "mapping/program/edit_optimizer.h"
#include "mapping/program/edit_values.h"
#include "mapping/program/values.h"

namespace dlfix::mapping {
namespace {

using nlohmann::json;

std::string form_of(const Hyperparameter& hp) { return hp.edit.value("form", "none"); }

bool is_optimizer_kind(const std::string& kind) {
  return kind == "optimizer" || kind == "learning_rate" || kind == "momentum";
}

bool is_structure(const std::string& kind) {
  return kind == "layer_repeat" || kind == "batch_normalization" || kind == "dropout_insert";
}

// Whether one text in the source is both: a literal, or the place of one keyword of one call that
// makes several layers.
bool shares_text(const Hyperparameter& hp, const Hyperparameter& other) {
  if (form_of(other) != form_of(hp) || other.inserted != hp.inserted || !(other.span == hp.span)) {
    return false;
  }
  return !hp.inserted || (other.kind == hp.kind && other.attribute == hp.attribute);
}

// Hyperparameters whose one text in the source this is, the given one among them.
std::vector<const Hyperparameter*> sharers(const Program& program, const Hyperparameter& hp) {
  std::vector<const Hyperparameter*> result;
  for (const auto& other : program.hyperparameters) {
    if (shares_text(hp, other)) result.push_back(&other);
  }
  return result;
}

std::vector<std::string> names_of(const std::vector<const Hyperparameter*>& hyperparameters) {
  std::vector<std::string> names;
  for (const auto* hp : hyperparameters) names.push_back(hp->name);
  return names;
}

json final_value(const Hyperparameter& hp, const Config& changes) {
  const auto change = changes.find(hp.name);
  return change == changes.end() ? hp.value : change->second;
}

// Why a name that the program defines cannot stand at the hyperparameter's place; empty: it can.
std::string out_of_reach(const Program& program, const Hyperparameter& hp, const json& value) {
  if (!hp.kind.ends_with("_initializer") || !value.is_string()) return "";
  const auto* own = program.find_own_initializer(value.get<std::string>());
  if (own == nullptr) return "";
  if (hp.span.file != own->file) {
    return fmt::format("{} is defined in another file, {}", own->name, own->file);
  }
  if (hp.span.start.line >= own->line) return "";
  return fmt::format("line {}: {} is defined only below, in line {}", hp.span.start.line, own->name,
                     own->line);
}

// Why the hyperparameter's text cannot get its new value; empty when it can.
std::string obstacle(const Program& program, const Hyperparameter& hp, const Config& changes) {
  if (form_of(hp) == "none") return hp.edit.value("reason", "it cannot be edited");
  if (hp.kind == "scale" && form_of(hp) != "literal" && form_of(hp) != "keyword") {
    return "scaling of the inputs is a change of the data code, not of a value";
  }
  if (const auto reason = out_of_reach(program, hp, final_value(hp, changes)); !reason.empty()) {
    return reason;
  }
  if (form_of(hp) != "literal" && form_of(hp) != "keyword") return "";
  const auto sharing = sharers(program, hp);
  const json wanted = final_value(hp, changes);
  const bool agree = std::all_of(sharing.begin(), sharing.end(), [&](const Hyperparameter* other) {
    return final_value(*other, changes) == wanted;
  });
  if (agree) return "";
  return fmt::format("line {}: one value feeds {}, which get different values", hp.span.start.line,
                     fmt::join(names_of(sharing), " and "));
}

// Why a change of the hyperparameter would change another one, too, that is computed from its text.
std::string unwanted_effect(const Program& program, const Hyperparameter& hp,
                            const Config& changes) {
  for (const auto& fed : hp.edit.value("feeds", std::vector<std::string>())) {
    if (program.find(fed) != nullptr && !changes.contains(fed)) {
      return fmt::format("line {}: {} is computed from it and would change, too",
                         hp.span.start.line, fed);
    }
  }
  return "";
}

// The changes that can be made; the others become refusals.
Config possible_changes(Drafting& drafting, const Config& changes) {
  Config possible;
  for (const auto& [name, value] : changes) {
    const Hyperparameter& hp = *drafting.program().find(name);
    std::string reason = obstacle(drafting.program(), hp, changes);
    if (reason.empty()) reason = unwanted_effect(drafting.program(), hp, changes);
    if (reason.empty()) {
      possible[name] = value;
    } else {
      drafting.refuse(name, reason);
    }
  }
  return possible;
}

std::string config_key(const std::string& name) { return "config[\"" + name + "\"]"; }

bool reads_config(const SourceText& source, const std::string& name) {
  for (const char* const quote : {"\"", "'"}) {
    const std::string key = std::string("config[") + quote + name + quote + "]";
    if (source.bytes().find(key) != std::string::npos) return true;
  }
  return false;
}

bool may_insert_keyword(const std::string& kind) {
  return kind == "activation" || kind == "kernel_initializer" || kind == "bias_initializer";
}

void put_config_key(Drafting& drafting, const Hyperparameter& hp) {
  const std::string form = form_of(hp);
  if (form == "none") {
    drafting.refuse(hp.name, hp.edit.value("reason", "it cannot be edited"));
  } else if (form == "repeat") {
    repeat_config_form(drafting, hp);
  } else if (form == "keyword" && may_insert_keyword(hp.kind)) {
    put_text(drafting, hp, config_key(hp.name));
  } else if (form == "literal") {
    const auto sharing = sharers(drafting.program(), hp);
    if (sharing.front() == &hp) return put_text(drafting, hp, config_key(hp.name));
    drafting.refuse(hp.name, fmt::format("line {}: its value is that of {}", hp.span.start.line,
                                         sharing.front()->name));
  }
}

// What a repair may insert is not there to be shown.
bool is_shown(const Hyperparameter& hp) {
  return hp.kind != "batch_normalization" && hp.kind != "dropout_insert" && hp.kind != "scale" &&
         !(hp.kind == "kernel_regularizer" && hp.inserted);
}

bool has_optimizer(const Program& program) {
  return std::any_of(program.hyperparameters.begin(), program.hyperparameters.end(),
                     [](const Hyperparameter& hp) { return hp.kind == "optimizer"; });
}

}  // namespace

EditPlan plan_edits(const Program& program, const Config& requested) {
  Drafting drafting(program);
  const Config changes = possible_changes(drafting, real_changes(program, requested));
  for (const auto& [name, value] : changes) {
    const Hyperparameter& hp = *program.find(name);
    if (!is_optimizer_kind(hp.kind) && !is_structure(hp.kind)) {
      put_text(drafting, hp, render_value(drafting, hp, value));
    }
  }
  edit_optimizer(drafting, changes);
  repeat_layers(drafting, changes);
  insert_layers(drafting, changes);
  return drafting.finish();
}

EditPlan plan_config_form(const Program& program) {
  Drafting drafting(program);
  const bool whole_optimizer = has_optimizer(program);
  bool optimizer_done = false;
  for (const auto& hp : program.hyperparameters) {
    const bool written = reads_config(drafting.source(program.path), hp.name);
    if (written || !is_shown(hp)) continue;  // the paper's form already, or nothing to show
    if (!is_optimizer_kind(hp.kind) || !whole_optimizer) {
      put_config_key(drafting, hp);
    } else if (!optimizer_done) {
      optimizer_config_form(drafting);
      optimizer_done = true;
    }
  }
  return drafting.finish();
}

}  // namespace dlfix::mapping
