package io.pmboot;

import java.util.concurrent.CompletableFuture;

/**
 * A reload that has begun.
 *
 * @param started the reload as it began, without an outcome
 * @param finished completes with the outcome, never exceptionally; on the thread that
 * publishes events, which whoever adds a stage delays
 * @since 0.1
 */
public record PendingReload(ReloadInfo started, CompletableFuture<ReloadInfo> finished) {
}
