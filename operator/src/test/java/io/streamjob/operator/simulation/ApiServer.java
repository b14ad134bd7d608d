package io.streamjob.operator.simulation;

import io.streamjob.api.v1beta1.StreamJobSpec;
import io.streamjob.api.v1beta1.StreamJobStatus;
import io.streamjob.operator.plan.Observation;
import io.streamjob.operator.plan.Requests;
import io.streamjob.operator.plan.Subject;
import io.streamjob.operator.spec.Parsed;
import io.streamjob.operator.spec.SpecHash;
import io.streamjob.operator.spec.SpecParser;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The StreamJob as the API server holds it, and held it a while ago: writes go through
 * compare-and-set on the resource version, caches may deliver an older one.
 */
final class ApiServer {
  private static final int REMEMBERED = 32;
  private static final StreamJobStatus NOTHING_WRITTEN =
      new StreamJobStatus(
          null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
          null, null, null, null, null);

  /**
   * The object in one of its versions.
   *
   * @param life how often an object of this name was created; its uid follows from it
   * @param at when this version was written
   * @param end whether it is to go, and may
   */
  record Held(
      long version,
      Instant at,
      int life,
      long generation,
      Parsed wished,
      String wishedHash,
      Requests requests,
      Observation.Life end,
      StreamJobStatus status) {

    Subject subject() {
      return new Subject("shop", "orders", "uid-" + life, generation);
    }

    /** Where everything of this object lies in the bucket. */
    String folder() {
      return life == 1 ? "s3://bucket/orders/" : "s3://bucket/orders-" + life + "/";
    }
  }

  private final Deque<Held> versions = new ArrayDeque<>();
  private final Map<String, String> annotations = new TreeMap<>();

  Held newest() {
    return versions.getLast();
  }

  /** What a cache delivers that is as old as {@code at}; never an object of an earlier life. */
  Held asOf(Instant at) {
    Held newest = newest();
    for (Iterator<Held> past = versions.descendingIterator(); past.hasNext(); ) {
      Held held = past.next();
      if (held.life() != newest.life()) {
        break;
      }
      newest = held;
      if (!held.at().isAfter(at)) {
        break;
      }
    }
    return newest;
  }

  /** A person applies a spec; the first creates the object. */
  void apply(StreamJobSpec spec, Instant now) {
    Parsed wished = SpecParser.parse(spec);
    String hash = SpecHash.of(spec);
    if (versions.isEmpty()) {
      add(
          new Held(
              1,
              now,
              1,
              1,
              wished,
              hash,
              Requests.of(annotations),
              Observation.Life.FREE,
              NOTHING_WRITTEN));
      return;
    }
    Held it = newest();
    add(
        new Held(
            it.version() + 1,
            now,
            it.life(),
            it.generation() + 1,
            wished,
            hash,
            it.requests(),
            it.end(),
            it.status()));
  }

  /** A person annotates it. */
  void annotate(String annotation, String value, Instant now) {
    annotations.put(annotation, value);
    touch(now);
  }

  /** A person takes all annotations away. */
  void removeAnnotations(Instant now) {
    annotations.clear();
    touch(now);
  }

  /** The object is deleted, and one of the same name and spec is created at once. */
  void recreate(Instant now) {
    Held it = newest();
    annotations.clear();
    add(
        new Held(
            it.version() + 2,
            now,
            it.life() + 1,
            1,
            it.wished(),
            it.wishedHash(),
            Requests.of(annotations),
            Observation.Life.FREE,
            NOTHING_WRITTEN));
  }

  /** Somebody deletes it while it is held; whoever does so again changes nothing. */
  void delete(Instant now) {
    if (newest().end().deletedAt().isEmpty()) {
      end(new Observation.Life(Optional.of(now), true), now);
    }
  }

  /** It is held, or let go; what is deleted and let go is gone. */
  void hold(boolean held, Instant now) {
    if (newest().end().held() != held) {
      end(new Observation.Life(newest().end().deletedAt(), held), now);
    }
  }

  private void end(Observation.Life end, Instant now) {
    Held it = newest();
    add(
        new Held(
            it.version() + 1,
            now,
            it.life(),
            it.generation(),
            it.wished(),
            it.wishedHash(),
            it.requests(),
            end,
            it.status()));
  }

  /** Somebody changes what is not the spec, such as a label. */
  void touch(Instant now) {
    add(next(newest(), newest().status(), now));
  }

  /** Compare-and-set: whether {@code expected} was still the newest, so that this was written. */
  boolean write(StreamJobStatus status, Held expected, Instant now) {
    if (expected.version() != newest().version()) {
      return false;
    }
    add(next(newest(), status, now));
    return true;
  }

  private Held next(Held it, StreamJobStatus status, Instant now) {
    return new Held(
        it.version() + 1,
        now,
        it.life(),
        it.generation(),
        it.wished(),
        it.wishedHash(),
        Requests.of(annotations),
        it.end(),
        status);
  }

  private void add(Held held) {
    versions.addLast(held);
    if (versions.size() > REMEMBERED) {
      versions.removeFirst();
    }
  }
}
