package io.streamjob.operator.plan;

import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.StateBackend;
import io.streamjob.api.v1beta1.UpgradeState;
import io.streamjob.operator.spec.EffectiveSpec;
import java.util.Optional;

/** A wish for another state backend than the one that holds the state. */
record BackendChange(StateBackend from, StateBackend to) {

  static BackendChange of(EffectiveSpec current, EffectiveSpec wished) {
    return new BackendChange(current.state().backend(), wished.state().backend());
  }

  /**
   * Why a rollout that keeps the job's own state cannot begin. All others read the canonical
   * format; ForSt reads and writes its native one only (Flink 2.3).
   */
  Optional<Obstacle> obstacle(String subject, EffectiveSpec.Upgrade how) {
    boolean common = from == to || (from != StateBackend.ForSt && to != StateBackend.ForSt);
    return common || how.state() == UpgradeState.None
        ? Optional.empty()
        : Optional.of(
            new Obstacle(
                Reason.StateNotReadable,
                "%s: expected state.backend %s, which has written the state, found %s: no savepoint format is common to ForSt and another backend; what runs is left alone; next step: set spec.state.backend back, or give the state up with spec.upgrade.state None"
                    .formatted(subject, from, to)));
  }
}
