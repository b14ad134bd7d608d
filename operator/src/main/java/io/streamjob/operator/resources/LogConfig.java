package io.streamjob.operator.resources;

/** What the engine's processes log: everything at INFO to the container's output. */
final class LogConfig {
  static final String LOG4J_PROPERTIES =
      """
      rootLogger.level = INFO
      rootLogger.appenderRef.console.ref = Console

      appender.console.name = Console
      appender.console.type = CONSOLE
      appender.console.layout.type = PatternLayout
      appender.console.layout.pattern = %d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5p %-40.40c{1.} - %m%n%ex

      # Libraries that say little of use at INFO.
      logger.pekko.name = org.apache.pekko
      logger.pekko.level = WARN
      logger.hadoop.name = org.apache.hadoop
      logger.hadoop.level = WARN
      logger.zookeeper.name = org.apache.zookeeper
      logger.zookeeper.level = WARN
      # What these cannot answer they tell whoever asked; the operator asks until there is an answer.
      logger.run.name = org.apache.flink.runtime.rest.handler.application.ApplicationDetailsHandler
      logger.run.level = OFF
      logger.job.name = org.apache.flink.runtime.rest.handler.job.JobStatusHandler
      logger.job.level = OFF
      logger.netty.name = org.apache.flink.shaded.netty4.io.netty.channel.DefaultChannelPipeline
      logger.netty.level = ERROR
      """;

  private LogConfig() {}
}
