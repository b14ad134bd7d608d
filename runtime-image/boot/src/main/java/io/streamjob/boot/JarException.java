package io.streamjob.boot;

import java.io.IOException;

/** Why a jar is not to be had; the message says expected and found. */
final class JarException extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean mayPass;

  private JarException(boolean mayPass, String message) {
    super(message);
    this.mayPass = mayPass;
  }

  /** However often it is asked for. */
  static JarException forGood(String message) {
    return new JarException(false, message);
  }

  /** Another attempt may end otherwise. */
  static JarException forNow(String message) {
    return new JarException(true, message);
  }

  boolean mayPass() {
    return mayPass;
  }
}
