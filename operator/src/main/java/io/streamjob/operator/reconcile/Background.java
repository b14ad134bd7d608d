package io.streamjob.operator.reconcile;

import io.streamjob.operator.reading.Reading;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers that are asked for in the background and are good for a while: whoever wants one never
 * waits, neither for a slow answer nor for none.
 */
final class Background<T> {
  /** Names that are remembered; far beyond what one operator watches. */
  private static final int MOST = 10_000;

  /**
   * @param about what the question was about; of something else, it is another question
   * @param answer null: there is none yet
   * @param until when it is asked anew
   * @param asked whether it is being asked
   */
  private record Entry<T>(
      String about, @Nullable Reading<T> answer, Instant until, boolean asked) {}

  private final Executor executor;
  private final Function<Reading<T>, Duration> goodFor;
  private final Clock clock;
  private final Map<String, Entry<T>> byName = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param goodFor for how long an answer is, silence included
   */
  Background(Executor executor, Function<Reading<T>, Duration> goodFor, Clock clock) {
    this.executor = executor;
    this.goodFor = goodFor;
    this.clock = clock;
  }

  /**
   * The newest answer, for a while an old one too while it is asked anew; empty: there is none.
   *
   * @param name whose answer it is; there is one for each
   * @param about what else the question depends on
   */
  synchronized Optional<Reading<T>> of(String name, String about, Supplier<Reading<T>> question) {
    Instant now = clock.instant();
    Entry<T> known = byName.get(name);
    if (known == null || !known.about().equals(about)) {
      known = new Entry<>(about, null, Instant.MIN, false);
    }
    if (!known.asked() && !now.isBefore(known.until())) {
      byName.put(name, new Entry<>(about, known.answer(), known.until(), true));
      forgetTheEldest();
      executor.execute(() -> ask(name, about, question));
    }
    // What nobody tells for as long again as the answer was good, nobody knows.
    Instant end = known.until();
    return Optional.ofNullable(known.answer())
        .filter(answer -> now.isBefore(end.plus(goodFor.apply(answer))));
  }

  private void ask(String name, String about, Supplier<Reading<T>> question) {
    Reading<T> answer;
    try {
      answer = question.get();
    } catch (RuntimeException | LinkageError e) {
      answer = Reading.unknown("it ended with " + e);
    }
    remember(name, about, answer);
  }

  /** Unless it was asked about something else meanwhile. */
  private synchronized void remember(String name, String about, Reading<T> answer) {
    Entry<T> asked = byName.get(name);
    if (asked != null && asked.about().equals(about)) {
      byName.put(
          name, new Entry<>(about, answer, clock.instant().plus(goodFor.apply(answer)), false));
    }
  }

  private void forgetTheEldest() {
    if (byName.size() > MOST) {
      byName.remove(byName.keySet().iterator().next());
    }
  }
}
