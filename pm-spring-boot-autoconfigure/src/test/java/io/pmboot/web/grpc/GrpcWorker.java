package io.pmboot.web.grpc;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.pmboot.DrainReason;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.socket.BoundListener;
import io.pmboot.socket.TestListeners;

import org.springframework.grpc.server.NettyGrpcServerFactory;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;
import org.springframework.grpc.server.lifecycle.GrpcServerStartedEvent;

/**
 * A gRPC server on shared listeners; two of them in this JVM stand for two workers.
 * Answers each call with its name and what was sent; {@link #HOLD} only when released,
 * {@link #FAIL} with the status that was sent.
 */
final class GrpcWorker implements AutoCloseable {

	static final MethodDescriptor<String, String> ECHO = method("Echo");

	static final MethodDescriptor<String, String> FAIL = method("Fail");

	static final MethodDescriptor<String, String> HOLD = method("Hold");

	final CountDownLatch release = new CountDownLatch(1);

	final AtomicInteger held = new AtomicInteger();

	private final String name;

	private final List<AdoptedListener> listeners = new ArrayList<>();

	final SharedGrpc serving;

	private final GrpcServerLifecycle lifecycle;

	GrpcWorker(String name, List<? extends BoundListener> shared) throws IOException {
		this.name = name;
		for (BoundListener listener : shared) {
			this.listeners.add(TestListeners.adopt(listener));
		}
		this.serving = new SharedGrpc(this.listeners);
		NettyGrpcServerFactory factory = new NettyGrpcServerFactory("*:9090", List.of(this.serving), null, null, null);
		factory.addService(ServerServiceDefinition.builder("test")
			.addMethod(ECHO, ServerCalls.asyncUnaryCall(this::echo))
			.addMethod(FAIL, ServerCalls.asyncUnaryCall(
					(code, response) -> response.onError(Status.Code.valueOf(code).toStatus().asRuntimeException())))
			.addMethod(HOLD, ServerCalls.asyncUnaryCall(this::hold))
			.build());
		this.lifecycle = new GrpcServerLifecycle(factory, Duration.ZERO, (event) -> {
			if (event instanceof GrpcServerStartedEvent started) {
				this.serving.onApplicationEvent(started);
			}
		});
		this.lifecycle.start();
	}

	static GrpcWorker open(String name, BoundListener... shared) throws IOException {
		GrpcWorker worker = new GrpcWorker(name, List.of(shared));
		worker.serving.open();
		return worker;
	}

	private void echo(String request, StreamObserver<String> response) {
		response.onNext(this.name + " " + request);
		response.onCompleted();
	}

	private void hold(String request, StreamObserver<String> response) {
		this.held.incrementAndGet();
		try {
			this.release.await(60, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		echo(request, response);
	}

	CompletionStage<Void> drain(DrainReason reason) {
		return this.serving.drain(reason);
	}

	@Override
	public void close() throws IOException {
		this.release.countDown();
		this.lifecycle.stop();
		this.serving.destroy();
		AdoptedListener.close(this.listeners);
	}

	private static MethodDescriptor<String, String> method(String name) {
		Marshaller<String> text = new Text();
		return MethodDescriptor.newBuilder(text, text)
			.setType(MethodType.UNARY)
			.setFullMethodName("test/" + name)
			.build();
	}

	private static final class Text implements Marshaller<String> {

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
