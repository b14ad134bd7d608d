package io.streamjob.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamjob.api.v1beta1.DeletionSpec;
import io.streamjob.api.v1beta1.StreamJobSpec;
import io.streamjob.operator.fixtures.Altered;
import io.streamjob.operator.spec.Parsed;
import io.streamjob.operator.spec.Problem;
import io.streamjob.operator.spec.SpecParser;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What goes with a StreamJob whose state is discarded, and what does not. */
class DiscardTest {
  private static final Observation.Life DELETED =
      new Observation.Life(Optional.of(Journals.NOW), true);

  @Test
  void onlyWhoIsDeletedAndWishesItDiscardsItsState() {
    assertThat(Discard.isUnderWay(wished("Discard"), DELETED)).isTrue();
    assertThat(Discard.isUnderWay(wished("Discard"), Observation.Life.FREE)).isFalse();
    assertThat(Discard.isUnderWay(wished("Savepoint"), DELETED)).isFalse();
    assertThat(Discard.isUnderWay(wished("Keep"), DELETED)).isFalse();
    assertThat(
            Discard.isUnderWay(
                new Parsed.Invalid(List.of(new Problem("spec.image", "one", "none"))), DELETED))
        .isFalse();
  }

  @Test
  void itTakesItsOwnSavepointsAlongUnlessTheyAreRetained() {
    assertThat(Discard.takes("me", "me", false)).isTrue();
    assertThat(Discard.takes("me", "me", true)).isFalse();
    assertThat(Discard.takes("me", "other", false)).isFalse();
    assertThat(Discard.takes("me", null, false)).isFalse();
  }

  @Test
  void itSparesAFolderThatHoldsWhatIsNeeded() {
    List<String> needed = List.of("s3://bucket/a/savepoints/s-1/savepoint-1");

    assertThat(Discard.spares("s3://bucket/a/savepoints/", needed)).isTrue();
    assertThat(Discard.spares("s3://bucket/a/checkpoints/", needed)).isFalse();
    assertThat(Discard.spares("s3://bucket/a/savepoints/", List.of())).isFalse();
  }

  private static Parsed wished(String policy) {
    StreamJobSpec spec =
        Altered.copy(Situation.FIRST.spec(), "deletion", new DeletionSpec(policy, null));
    return SpecParser.parse(spec);
  }
}
