/**
 * The planner in a small world, in memory and in simulated time.
 *
 * <p>The world: {@code World} holds the {@code ApiServer} (compare-and-set, stale caches) and
 * beside it the {@code Savepoints}, one {@code Cluster} per revision with its {@code Coordinator}
 * and {@code EngineJob}s, and the {@code Bucket}; {@code Weather} says how slow and unreliable they
 * are, {@code Program} how an image behaves.
 *
 * <p>The operator: {@code Operator} looks ({@code Look}), decides, writes, acts; in the same
 * process {@code SavepointOperator} does so for each StreamSavepoint ({@code SavepointLook}). What
 * they send goes over a {@code Wire}, where {@code Faults} strike at each {@code Act}: none, {@code
 * RandomFaults}, or {@code ScriptedFaults}. A {@code Defect} makes it operate wrongly, on purpose.
 *
 * <p>The judges: {@code Invariants} after every step, by the world's own {@code Ledger}, with
 * {@code Deadlines} (a step ends), {@code Truth} (what is told is so) and {@code Custody} (what
 * anybody needs is kept); {@code Outcome} in the end.
 *
 * <p>The players: {@code Stage} is what all of them direct. {@code Scenarios} are told in golden
 * traces; {@code History} is one seed and {@code Campaign} many, {@code EveryHistory} one upgrade
 * with every fault; {@code PlantedDefects} test the judges.
 *
 * <p>Left out, each for a reason told where it is: an act that arrives late finds only what it was
 * meant for ({@code World.applyLater}), and a coordinator does not fail between a submission and
 * the first look at its job ({@code History.restartCoordinator}).
 */
@NullMarked
package io.streamjob.operator.simulation;

import org.jspecify.annotations.NullMarked;
