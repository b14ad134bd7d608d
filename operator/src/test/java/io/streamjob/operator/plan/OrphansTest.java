package io.streamjob.operator.plan;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamjob.api.v1beta1.OrphansStatus;
import io.streamjob.api.v1beta1.Reason;
import io.streamjob.api.v1beta1.RestorePointStatus;
import io.streamjob.operator.fixtures.Altered;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.FolderFound;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What lies in a job's folder, and nothing refers to. */
class OrphansTest {
  private static final String FOLDER = "s3://bucket/orders/shop/orders-1/";
  private static final FolderFound OVER = new FolderFound(FOLDER + "checkpoints/over/", 3, 2048);

  private final Situation situation = Situation.running();

  @Test
  void whatTheRunningJobWritesIsNone() {
    see(List.of(folder("checkpoints/" + Journals.SUBJECT.job(1, 1).hex() + "/")), List.of());

    assertThat(plan().status().orphans()).isNull();
    assertThat(plan().notice()).isEmpty();
  }

  @Test
  void whatNobodyRefersToIsCountedAndToldOnce() {
    see(List.of(OVER, folder("savepoints/a-7/")), List.of());

    Plan plan = plan();

    assertThat(plan.status().orphans())
        .isEqualTo(
            new OrphansStatus(2, "2.0 KiB", List.of(OVER.location(), FOLDER + "savepoints/a-7/")));
    assertThat(plan.notice())
        .hasValueSatisfying(
            it -> {
              assertThat(it.reason()).isEqualTo(Reason.OrphansFound);
              assertThat(it.warning()).isFalse();
              assertThat(it.message()).contains("2 folders", "2.0 KiB", OVER.location());
            });

    situation.written(plan.status());
    assertThat(plan().notice()).isEmpty();
  }

  @Test
  void whatAStreamSavepointRecordsOrAnotherStreamJobStartsFromIsNone() {
    see(
        List.of(folder("savepoints/s-1/"), folder("checkpoints/old/"), folder("savepoints/s-10/")),
        List.of(FOLDER + "savepoints/s-1/", FOLDER + "checkpoints/old/chk-3"));

    assertThat(plan().status().orphans())
        .isEqualTo(new OrphansStatus(1, "1 B", List.of(FOLDER + "savepoints/s-10/")));
  }

  @Test
  void whatTheJobStartedFromAndWhatItMayGoBackToIsNone() {
    situation.status(
        "job",
        Altered.copy(
            requireNonNull(situation.status().job()),
            "restoredFrom",
            FOLDER + "savepoints/a-1/sp"));
    situation.status(
        "restorePoints",
        List.of(
            new RestorePointStatus(
                FOLDER + "checkpoints/old/chk-9", 1, "old", null, null, 1L, 1, null, null)));
    see(List.of(folder("savepoints/a-1/"), folder("checkpoints/old/")), List.of());

    assertThat(plan().status().orphans()).isNull();
  }

  @Test
  void statusNamesTheFirstTen() {
    see(
        IntStream.range(10, 25).mapToObj(number -> folder("savepoints/a-" + number + "/")).toList(),
        List.of());

    OrphansStatus orphans = requireNonNull(plan().status().orphans());

    assertThat(orphans.count()).isEqualTo(15);
    assertThat(orphans.folders()).hasSize(10).endsWith(FOLDER + "savepoints/a-19/");
  }

  @Test
  void whatNobodyCouldTellStandsAsItWas() {
    see(List.of(OVER), List.of());
    situation.written(plan().status());

    situation.fact("upkeep", UpkeepView.UNSEEN);
    assertThat(plan().status().orphans()).isNotNull();

    situation.fact("upkeep", Altered.copy(UpkeepView.UNSEEN, "folders", Reading.known(List.of())));
    assertThat(plan().status().orphans()).isNotNull();

    see(List.of(), List.of());
    assertThat(plan().status().orphans()).isNull();
  }

  private static FolderFound folder(String path) {
    return new FolderFound(FOLDER + path, 1, path.startsWith("savepoints/a-7") ? 0 : 1);
  }

  private void see(List<FolderFound> folders, List<String> recorded) {
    UpkeepView found = Altered.copy(UpkeepView.UNSEEN, "folders", Reading.known(folders));
    situation.fact("upkeep", Altered.copy(found, "recorded", Reading.known(recorded)));
  }

  private Plan plan() {
    return situation.plan();
  }
}
