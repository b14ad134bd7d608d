package io.streamjob.operator.plan;

import static io.streamjob.api.v1beta1.RolloutStep.Blocked;
import static io.streamjob.api.v1beta1.RolloutStep.Confirming;
import static io.streamjob.api.v1beta1.RolloutStep.Preparing;
import static io.streamjob.api.v1beta1.RolloutStep.Retiring;
import static io.streamjob.api.v1beta1.RolloutStep.RollingBack;
import static io.streamjob.api.v1beta1.RolloutStep.Starting;
import static io.streamjob.api.v1beta1.RolloutStep.Stopping;
import static io.streamjob.api.v1beta1.RolloutStep.Verifying;

import io.streamjob.api.v1beta1.RolloutStep;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Which step may follow which.
 *
 * <pre>
 * Initial: Preparing, Starting, Confirming, done
 * Warm:    Preparing, Stopping, Verifying, Starting, Confirming, Retiring, done
 * Cold:    Stopping, Verifying, Retiring, Preparing, Starting, Confirming, done
 * Suspend: Stopping, Verifying, Retiring, done
 * Recovery: Preparing, Stopping, Verifying, Starting, Confirming, done
 * Finish:  Retiring, done
 * Rescale: Preparing, Starting, Retiring, done
 * a recovery that failed:                    Starting or Confirming, RollingBack, done
 * given up before the old job was stopped:   Preparing or Stopping, Retiring, done
 * rolled back, old cluster up (Warm):        RollingBack, Starting, Confirming, Retiring, done
 * rolled back, old cluster gone (Cold):      RollingBack, Preparing, Starting, Confirming, done
 * the spec was set back meanwhile:           Verifying, RollingBack
 * the new job went too far to go back:       RollingBack, Blocked
 * Manual, and a person goes back:            Blocked, RollingBack
 * </pre>
 *
 * A state None goes from Stopping to Starting (Warm) or Retiring (Cold): there is nothing to
 * verify.
 */
final class Transitions {
  private static final Map<RolloutStep, Set<RolloutStep>> NEXT = new EnumMap<>(RolloutStep.class);

  static {
    NEXT.put(Preparing, EnumSet.of(Stopping, Starting, Retiring, RollingBack, Blocked));
    NEXT.put(Stopping, EnumSet.of(Verifying, Starting, Retiring, Blocked));
    NEXT.put(Verifying, EnumSet.of(Starting, Retiring, RollingBack));
    NEXT.put(Starting, EnumSet.of(Confirming, Retiring, RollingBack, Blocked));
    NEXT.put(Confirming, EnumSet.of(Retiring, RollingBack, Blocked));
    NEXT.put(Retiring, EnumSet.of(Preparing));
    NEXT.put(RollingBack, EnumSet.of(Starting, Preparing, Blocked));
    NEXT.put(Blocked, EnumSet.of(Retiring, RollingBack));
  }

  private Transitions() {}

  static Map<RolloutStep, Set<RolloutStep>> table() {
    return Map.copyOf(NEXT);
  }

  static void check(Journal journal, RolloutStep next) {
    Set<RolloutStep> allowed = NEXT.getOrDefault(journal.step(), Set.of());
    if (!allowed.contains(next)) {
      throw new IllegalStateException(
          "attempt %d: no step leads from %s to %s, only to %s; steps so far: %s"
              .formatted(journal.attempt(), journal.step(), next, allowed, journal.timings()));
    }
  }
}
