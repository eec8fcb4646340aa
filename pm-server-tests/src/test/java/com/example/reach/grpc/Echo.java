package com.example.reach.grpc;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;

/**
 * Answers each call with its message; one that says {@code ms=} after so many
 * milliseconds. Without generated code: texts are the messages.
 */
class Echo implements BindableService {

	private static final Pattern SLOW = Pattern.compile("ms=(\\d+)");

	private final int failPercent;

	/**
	 * Creates it.
	 * @param failPercent of 100 calls so many fail
	 */
	Echo(int failPercent) {
		this.failPercent = failPercent;
	}

	@Override
	public ServerServiceDefinition bindService() {
		MethodDescriptor<String, String> method = MethodDescriptor.newBuilder(new Text(), new Text())
			.setType(MethodType.UNARY)
			.setFullMethodName("load/Echo")
			.build();
		return ServerServiceDefinition.builder("load")
			.addMethod(method, ServerCalls.asyncUnaryCall(this::echo))
			.build();
	}

	private void echo(String message, StreamObserver<String> response) {
		if (ThreadLocalRandom.current().nextInt(100) < this.failPercent) {
			throw new IllegalStateException("It fails because load.fail-percent says so");
		}
		Matcher slow = SLOW.matcher(message);
		if (slow.find()) {
			// Work of a length, not a wait for something.
			try {
				Thread.sleep(Long.parseLong(slow.group(1)));
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
		response.onNext(message);
		response.onCompleted();
	}

	private static final class Text implements MethodDescriptor.Marshaller<String> {

		@Override
		public InputStream stream(String value) {
			return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
		}

		@Override
		public String parse(InputStream stream) {
			try {
				return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
