package io.pmboot;

import java.util.concurrent.CompletableFuture;

/**
 * A reload that has begun.
 *
 * @param started the reload as it was when it was asked for, without an outcome
 * @param finished completes with the outcome, never exceptionally; on a thread of its own
 * @since 0.1
 */
public record PendingReload(ReloadInfo started, CompletableFuture<ReloadInfo> finished) {
}
