package io.pmboot;

import java.time.Instant;

/**
 * A heartbeat of a worker, as the master received it.
 *
 * @param at when it was received, by the master's clock
 * @param load what the worker told
 * @param answers what it has answered since it started, as it last told
 * @param recent what of that it has answered since the heartbeat before
 * @since 0.1
 */
public record Heartbeat(Instant at, WorkerLoad load, Answers answers, Answers recent) {
}
