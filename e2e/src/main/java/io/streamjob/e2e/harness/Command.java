package io.streamjob.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A program to run, with a limit on its time.
 *
 * @param arguments the program and its arguments
 * @param environment added to this process's own
 * @param limit after it the program is killed and {@link #run} throws
 * @param showsProgress whether its standard error goes to ours as it comes, instead of the result
 */
public record Command(
    List<String> arguments,
    Map<String, String> environment,
    Duration limit,
    boolean showsProgress) {

  /** Copies what it is given. */
  public Command {
    arguments = List.copyOf(arguments);
    environment = Map.copyOf(environment);
  }

  /**
   * What a program left.
   *
   * @param exitCode 0 means success
   * @param output its standard output, whole
   * @param error its standard error, empty if it was shown as progress
   */
  public record Result(int exitCode, String output, String error) {}

  /** One of the shell scripts in {@code e2e/cluster}; it tells its progress. */
  static Command script(Duration limit, String name, String... arguments) {
    List<String> all = new ArrayList<>();
    all.add(Repository.path("e2e/cluster").resolve(name).toString());
    all.addAll(List.of(arguments));
    return new Command(all, Map.of(), limit, true);
  }

  /** Runs it and returns its standard output without the last line break; throws if it fails. */
  public String output() {
    Result result = run(new byte[0]);
    if (result.exitCode() != 0) {
      throw new IllegalStateException(
          "%s ended with %d: %s%s"
              .formatted(arguments, result.exitCode(), result.error(), result.output()));
    }
    return result.output().stripTrailing();
  }

  /**
   * Runs it to its end, however it ends.
   *
   * @param input what it reads from standard input
   */
  public Result run(byte[] input) {
    @Nullable Path folder = null;
    try {
      folder = Files.createTempDirectory("streamjob-command");
      return runIn(folder, input);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + arguments, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running " + arguments, e);
    } finally {
      delete(folder);
    }
  }

  private Result runIn(Path folder, byte[] input) throws IOException, InterruptedException {
    // Files, not pipes: a daemon that inherits a pipe would keep its reader waiting.
    Path in = Files.write(folder.resolve("in"), input);
    Path out = folder.resolve("out");
    Path err = Files.createFile(folder.resolve("err"));
    var builder = new ProcessBuilder(arguments).redirectInput(in.toFile());
    builder.redirectOutput(out.toFile());
    builder.redirectError(
        showsProgress ? ProcessBuilder.Redirect.INHERIT : ProcessBuilder.Redirect.to(err.toFile()));
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException(
            "%s did not end within %s: %s".formatted(arguments, limit, Files.readString(err)));
      }
    } finally {
      process.descendants().filter(ignored -> process.isAlive()).forEach(ProcessHandle::destroy);
      process.destroyForcibly();
    }
    return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private static void delete(@Nullable Path folder) {
    if (folder == null) {
      return;
    }
    for (String name : List.of("in", "out", "err", "")) {
      try {
        Files.deleteIfExists(folder.resolve(name));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot delete " + folder.resolve(name), e);
      }
    }
  }
}
