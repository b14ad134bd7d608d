package io.streamjob.operator.engine;

/** The engine's answer to a request that changes something. */
public sealed interface Answer {

  /** The engine has taken the request, now or when it was first sent. */
  record Accepted() implements Answer {}

  /** The engine has answered that it will not; repeating the request changes nothing. */
  record Refused(EngineFailure failure) implements Answer {}

  /** No answer, or none that makes sense: the request may or may not have been taken. */
  record Unanswered(String why) implements Answer {}
}
