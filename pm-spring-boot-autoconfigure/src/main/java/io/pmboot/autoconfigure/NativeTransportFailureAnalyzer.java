package io.pmboot.autoconfigure;

import io.pmboot.control.NativeTransportException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains why Netty's native transport cannot be loaded.
 */
class NativeTransportFailureAnalyzer extends AbstractFailureAnalyzer<NativeTransportException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, NativeTransportException cause) {
		return new FailureAnalysis(String.valueOf(cause.getMessage()),
				"""
						Master and workers need Linux with glibc on x86_64 or aarch64, and netty-transport-native-epoll of the same version as the other Netty jars, with the classifier of this system:
						- another processor: add the dependency io.netty:netty-transport-native-epoll with its classifier
						- a temporary folder mounted noexec: set -Dio.netty.native.workdir to a folder that allows to execute
						- mixed versions: let Boot's BOM alone name the version of Netty
						On another system run the plain application (pm.enabled=false).""",
				cause);
	}

}
