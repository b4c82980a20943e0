// Which changes are worth trying first, from what is known of the program and its symptoms.
#pragma once

#include <string>
#include <vector>

#include "eval/repairers/model_facts.h"
#include "eval/repairers/repairer.h"

namespace dlfix::eval {

/// A change that may help. `worth` orders proposals: about the chance that it does, 0 to 1.
struct Proposal {
  mapping::Config changes;
  double worth = 0;
  std::string reason;
};

/// Makes proposals inside the context's space: what the space lacks is left out of them.
class Proposer {
 public:
  explicit Proposer(const RepairContext& context);

  /// Several changes at once: everything suspicious put right, then with other optimiser settings,
  /// more epochs or wider layers. Two faults that hide each other are found this way.
  std::vector<Proposal> recipes() const;
  /// One change each (changes that only make sense together count as one).
  std::vector<Proposal> singles() const;
  /// Small steps from a config that is already good: learning rate, epochs, width, ...
  std::vector<Proposal> neighbours(const mapping::Config& base) const;
  /// The config with one group of its changes taken back.
  std::vector<Proposal> without_one(const mapping::Config& base) const;

  const ModelFacts& facts() const { return facts_; }

 private:
  bool set(mapping::Config& changes, const std::string& name, const nlohmann::json& value) const;
  nlohmann::json value_in(const mapping::Config& base, const std::string& kind) const;
  std::string name_of(const std::string& kind) const;
  double number_in(const mapping::Config& base, const std::string& kind, double otherwise) const;
  double steps_in(const mapping::Config& base) const;

  void fix_output(mapping::Config& changes, std::size_t fit) const;
  void fix_hidden(mapping::Config& changes) const;
  void fix_initializers(mapping::Config& changes) const;
  void fix_training(mapping::Config& changes) const;
  void fix_regularisation(mapping::Config& changes) const;
  void widen(mapping::Config& changes, double factor) const;
  void regularise(mapping::Config& changes) const;
  void scale_inputs(mapping::Config& changes) const;
  void more_epochs(mapping::Config& changes, double factor) const;
  double rate_near(double rate, double factor) const;

  void propose_output(std::vector<Proposal>& proposals) const;
  void propose_layers(std::vector<Proposal>& proposals) const;
  void propose_rate(std::vector<Proposal>& proposals) const;
  void propose_optimizer(std::vector<Proposal>& proposals) const;
  void propose_epochs(std::vector<Proposal>& proposals) const;
  void propose_batch(std::vector<Proposal>& proposals) const;
  void propose_shape(std::vector<Proposal>& proposals) const;
  void propose_against_overfitting(std::vector<Proposal>& proposals) const;
  void propose_scaling(std::vector<Proposal>& proposals) const;
  bool stuck() const;
  bool unstable() const;

  const RepairContext& context_;
  ModelFacts facts_;
};

}  // namespace dlfix::eval
