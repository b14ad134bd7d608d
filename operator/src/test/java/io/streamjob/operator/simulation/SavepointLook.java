package io.streamjob.operator.simulation;

import static java.util.Objects.requireNonNullElse;

import io.streamjob.api.v1beta1.DeletionPolicy;
import io.streamjob.api.v1beta1.StreamSavepointStatus;
import io.streamjob.operator.engine.SavepointView;
import io.streamjob.operator.engine.TriggerId;
import io.streamjob.operator.plan.Observation;
import io.streamjob.operator.plan.Observation.StoredRevision;
import io.streamjob.operator.plan.Restoring;
import io.streamjob.operator.plan.savepoint.SavepointObservation;
import io.streamjob.operator.plan.savepoint.SavepointObservation.Job;
import io.streamjob.operator.plan.savepoint.SavepointObservation.Origin;
import io.streamjob.operator.plan.savepoint.SavepointObservation.Restorer;
import io.streamjob.operator.plan.savepoint.SavepointObservation.Sibling;
import io.streamjob.operator.plan.savepoint.SavepointQuestions;
import io.streamjob.operator.reading.Reading;
import io.streamjob.operator.snapshots.Manifest;
import io.streamjob.operator.spec.EffectiveSpec;
import io.streamjob.operator.spec.Parsed;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** One look at the world on behalf of a StreamSavepoint: answers its questions, and no other. */
final class SavepointLook {
  private static final Manifest MANIFEST = new Manifest("sha256:00", List.of(Coordinator.COUNTER));

  private final World world;
  private final Faults faults;
  private final Savepoint it;
  private final StreamSavepointStatus status;

  /**
   * @param it the StreamSavepoint as a cache delivered it; all else is asked for anew
   */
  SavepointLook(World world, Faults faults, Savepoint it) {
    this.world = world;
    this.faults = faults;
    this.it = it;
    this.status = it.status();
  }

  SavepointObservation observe() {
    Reading<Job> job = ask(true, this::job);
    SavepointQuestions questions = SavepointQuestions.of(it.wish(), status, job, world.now());
    Reading<SavepointView> taken = ask(questions.engine(), this::taken);
    return new SavepointObservation(
        it.wish(),
        status,
        job,
        taken,
        ask(SavepointQuestions.isLost(taken), () -> world.find(directory())),
        ask(questions.verification(), () -> world.unlessDown(world.bucket().verify(location()))),
        ask(questions.manifest(), this::manifest),
        Reading.unknown(Observation.NOT_ASKED),
        ask(
            questions.engine() && status.engineVersion() == null,
            () ->
                coordinator()
                    .<Reading<String>>map(engine -> Reading.known("2.3.0"))
                    .orElse(nobody())),
        ask(questions.siblings(), this::siblings),
        ask(questions.siblings(), () -> Reading.known(restorers())),
        ask(questions.leftover(), this::leftover),
        ask(it.goes(), () -> Reading.known(false)),
        world.now());
  }

  private <T> Reading<T> ask(boolean asked, Supplier<Reading<T>> answer) {
    return asked ? faults.blur(answer.get(), world.now()) : Reading.unknown(Observation.NOT_ASKED);
  }

  private Reading<Job> job() {
    ApiServer.Held held = world.newest();
    if (isDiscarded(held)) {
      return Reading.absent();
    }
    Map<Integer, Origin> origins = new HashMap<>();
    world
        .revisions()
        .forEach((number, revision) -> origins.put(number, origin(held.folder(), revision)));
    Optional<EffectiveSpec.Savepoints> wished =
        held.wished() instanceof Parsed.Valid(EffectiveSpec spec)
            ? Optional.of(spec.savepoints())
            : Optional.empty();
    return Reading.known(
        new Job(
            held.subject().uid(),
            held.status(),
            origins,
            wished.orElse(EffectiveSpec.Savepoints.DEFAULT),
            wished.isPresent()));
  }

  private Origin origin(String folder, StoredRevision revision) {
    String savepoints = folder + "savepoints/";
    return new Origin(revision, savepoints, savepoints + "s-" + it.uid() + "/");
  }

  /** One that is deleted with all its state needs none of it any more. */
  private static boolean isDiscarded(ApiServer.Held held) {
    return held.end().deletedAt().isPresent()
        && held.wished() instanceof Parsed.Valid(EffectiveSpec spec)
        && spec.deletion().policy() == DeletionPolicy.Discard;
  }

  private List<Restorer> restorers() {
    ApiServer.Held held = world.newest();
    return isDiscarded(held)
        ? List.of()
        : Restoring.points(held.wished(), held.status())
            .map(from -> new Restorer("orders", from))
            .toList();
  }

  private Optional<Coordinator> coordinator() {
    return world.coordinator(requireNonNullElse(status.revision(), 1));
  }

  private Reading<SavepointView> taken() {
    TriggerId trigger = new TriggerId(requireNonNullElse(status.triggerId(), ""));
    return coordinator().map(engine -> engine.savepoint(trigger)).orElse(nobody());
  }

  private static <T> Reading<T> nobody() {
    return Reading.unknown("connection refused");
  }

  private Reading<Manifest> manifest() {
    return world.unlessDown(
        world.bucket().lists(location()) ? Reading.known(MANIFEST) : Reading.absent());
  }

  private Reading<List<Sibling>> siblings() {
    return Reading.known(world.savepoints().all().stream().map(Savepoint::sibling).toList());
  }

  private Reading<String> leftover() {
    return world.unlessDown(
        world
            .bucket()
            .anythingIn(directory())
            .<Reading<String>>map(Reading::known)
            .orElse(Reading.absent()));
  }

  private String location() {
    return requireNonNullElse(status.location(), "");
  }

  private String directory() {
    return requireNonNullElse(status.directory(), "");
  }
}
