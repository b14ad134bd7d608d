package io.streamjob.operator.spec;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;

/**
 * Times that come again.
 *
 * @param cron five fields: minute, hour, day of month, month, day of week
 * @param zone whose clock they are on
 */
public record Schedule(String cron, ZoneId zone) {
  private static final CronParser CRON =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

  /** Fails on fields that make no sense. */
  public Schedule {
    CRON.parse(cron).validate();
  }

  static Optional<ZoneId> zone(String name) {
    try {
      return Optional.of(ZoneId.of(name));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** The first of its times after another; empty: there is none, as on a 30th of February. */
  public Optional<Instant> nextAfter(Instant time) {
    return ExecutionTime.forCron(CRON.parse(cron))
        .nextExecution(time.atZone(zone))
        .map(ZonedDateTime::toInstant);
  }

  @Override
  public String toString() {
    return cron + " " + zone;
  }
}
