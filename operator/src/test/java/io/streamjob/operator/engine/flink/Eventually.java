package io.streamjob.operator.engine.flink;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits until a question gets the wanted answer; tells the last one if it never does. */
final class Eventually {
  private static final Duration PAUSE = Duration.ofMillis(50);

  private Eventually() {}

  static <T> T until(String what, Duration limit, Supplier<T> question, Predicate<T> wanted) {
    AtomicReference<T> last = new AtomicReference<>();
    await(what)
        .atMost(limit)
        .pollInterval(PAUSE)
        .conditionEvaluationListener(
            condition -> {
              if (condition.getRemainingTimeInMS() <= PAUSE.toMillis()) {
                System.err.println(what + ": last answer was " + last.get());
              }
            })
        .until(
            () -> {
              last.set(question.get());
              return wanted.test(last.get());
            });
    return last.get();
  }
}
