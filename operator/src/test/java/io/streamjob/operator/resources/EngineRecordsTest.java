package io.streamjob.operator.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

/** What the engine finds, which elects with the same library that reads it here. */
class EngineRecordsTest {
  private static final Owner OWNER = new Owner("shop", "orders", "1f0c7c52-5d3b-4b8a");
  private static final Names NAMES = new Names(OWNER, 7);
  private static final String JOB = "0123456789abcdef0123456789abcdef";

  @Test
  void anybodyMayLeadAtFirst() {
    String record =
        EngineRecords.leader(NAMES).getMetadata().getAnnotations().get(EngineRecords.LEADER);

    LeaderElectionRecord read = Serialization.unmarshal(record, LeaderElectionRecord.class);

    assertThat(read.getHolderIdentity()).isEmpty();
    assertThat(read.getLeaderTransitions()).isZero();
  }

  @Test
  void theEngineFindsThemByName() {
    assertThat(EngineRecords.leader(NAMES).getMetadata().getName())
        .isEqualTo("orders-7-1f0c7c52-cluster-config-map");
    assertThat(EngineRecords.checkpoints(NAMES, JOB).getMetadata().getName())
        .isEqualTo("orders-7-1f0c7c52-" + JOB + "-config-map");
  }

  @Test
  void theyGoWithTheStreamJobAndNotWithThePodsThatWouldMakeThemAnew() {
    for (ConfigMap record :
        new ConfigMap[] {EngineRecords.leader(NAMES), EngineRecords.checkpoints(NAMES, JOB)}) {
      assertThat(record.getMetadata().getOwnerReferences())
          .extracting(OwnerReference::getKind, OwnerReference::getUid)
          .containsExactly(tuple("StreamJob", OWNER.uid()));
      assertThat(record.getMetadata().getLabels())
          .containsAllEntriesOf(EngineRecords.selector(NAMES))
          .containsAllEntriesOf(Labels.revisionSelector(NAMES));
      assertThat(EngineRecords.is(record)).isTrue();
    }
  }

  @Test
  void theLongestNamesAreStillLabels() {
    Names longest = new Names(new Owner("shop", "a".repeat(45), "1f0c7c52-5d3b"), 1_000_000_000);
    Names other =
        new Names(new Owner("shop", "a".repeat(44) + "b", "1f0c7c52-5d3b"), 1_000_000_000);

    assertThat(longest.highAvailability()).hasSizeLessThanOrEqualTo(63);
    assertThat(longest.highAvailability()).isNotEqualTo(other.highAvailability());
  }
}
