package io.pmboot.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains what a gRPC server needs to be that of all workers.
 */
class GrpcNotSharedFailureAnalyzer extends AbstractFailureAnalyzer<GrpcNotSharedException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, GrpcNotSharedException cause) {
		return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
	}

}
