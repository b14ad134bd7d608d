package io.streamjob.boot;

import java.io.File;
import org.apache.flink.client.program.ProgramInvocationException;

/** There is no program to try. Its name is what the operator goes by. */
final class MissingJarException extends ProgramInvocationException {
  private static final long serialVersionUID = 1L;

  MissingJarException(File jar) {
    super("Jar file %s does not exist".formatted(jar));
  }
}
