package io.pmboot.control;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.EncoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.util.ReferenceCountUtil;
import io.pmboot.Answers;
import io.pmboot.DeliveryOutcome;
import io.pmboot.DrainReason;
import io.pmboot.Receipt;
import io.pmboot.ReloadOutcome;
import io.pmboot.WorkerLoad;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link FrameCodec}.
 */
class FrameCodecTests {

	private final EmbeddedChannel channel = new EmbeddedChannel(new FrameCodec());

	@AfterEach
	void release() {
		this.channel.finishAndReleaseAll();
	}

	static Stream<Frame> messages() {
		return Stream.of(new Frame.Hello(1), new Frame.Hello(Integer.MAX_VALUE),
				new Frame.Welcome(1, "web", 3, 12, List.of("8080", "[::1]:8443"), Duration.ofMillis(1), 4,
						Duration.ofSeconds(2), 0, List.of("prod", "master")),
				new Frame.Welcome(1, "jobs", 0, 1, List.of(), Duration
					.ofSeconds(Long.MAX_VALUE), 0, Duration.ofSeconds(1, 5), 1024, List.of()),
				new Frame.Configuration(List.of()),
				new Frame.Configuration(List.of(new Frame.Configuration.Property("pm.groups.web.listen[0]", "8080", ""),
						new Frame.Configuration.Property("a", "", "\u00e4: 1"))),
				new Frame.Post(1, "jobs", -1, Unpooled.wrappedBuffer(new byte[] { 0, 1, -1 })),
				new Frame.Post(Long.MAX_VALUE, "master", 0, Unpooled.EMPTY_BUFFER),
				new Frame.Deliver(7, "web", 1, 4711, Unpooled.wrappedBuffer("text".getBytes(StandardCharsets.UTF_8))),
				new Frame.Acknowledge(9, List.of()),
				new Frame.Acknowledge(9, List.of(new Frame.Acknowledge.Failure(8, "no luck"))),
				new Frame.Delivered(new Receipt("web", 1, 4711, DeliveryOutcome.HANDLED, null), 1,
						List.of(new Frame.Delivered.Ids(3, 1), new Frame.Delivered.Ids(5, 1000))),
				new Frame.Delivered(new Receipt("nobody", -1, 0, DeliveryOutcome.REFUSED, "no such group"), 2,
						List.of()),
				new Frame.Attach(), new Frame.Waiting("warm-up"), new Frame.Found("http-session", "a text"),
				new Frame.Ready(), new Frame.StartFailed(""),
				new Frame.StartFailed("Gr\u00f6\u00dfe \u2014 \ud83d\ude00\n\0"), new Frame.Activate(),
				new Frame.Drain(DrainReason.RELOAD, Duration.ZERO),
				new Frame.Drain(DrainReason.STOP, Duration.ofSeconds(75, 999_999_999)),
				new Frame.Draining(DrainReason.TERMINATED), new Frame.RequestTurn(1),
				new Frame.GrantTurn(Integer.MAX_VALUE), new Frame.EndTurn(-1), new Frame.Cut(3),
				new Frame.Unfit("broken"), new Frame.RequestReload(7, "jobs"),
				new Frame.ReloadAnswer(7, "jobs-2", ReloadOutcome.COMPLETED, null),
				new Frame.ReloadAnswer(8, null, null, "no"), new Frame.Drained(), new Frame.Accepting(true),
				new Frame.Accepting(false),
				new Frame.Actuator(List.of(new Frame.Actuator.Endpoint("health", "/manage/health"))),
				new Frame.Heartbeat(new WorkerLoad(1, 2L, 3, 4L, 5, 6, Duration.ofMillis(7), Duration.ofNanos(8), 9, 10,
						List.of("one", "other"), Map.of("queue", -0.5, "\u00e4", 1e300))),
				new Frame.Observe(Duration.ofMillis(250)), new Frame.Answered(Answers.NONE),
				new Frame.Answered(new Answers(7, 3, List.of(4L, 0L, 3L))), new Frame.Heartbeat(new WorkerLoad(0, null,
						Long.MAX_VALUE, null, 0, 0, null, Duration.ZERO, 0, null, List.of(), Map.of())));
	}

	// Without those whose bytes are gone once they are written.
	static List<Frame> messages(FrameType.Sender sender) {
		return messages()
			.filter((message) -> FrameCodec.sender(message) == sender && !(message instanceof PayloadFrame))
			.toList();
	}

	@Test
	void everyKindOfMessageIsTested() {
		assertThat(messages().map(Object::getClass).distinct())
			.containsExactlyInAnyOrder(Frame.class.getPermittedSubclasses());
	}

	@ParameterizedTest
	@MethodSource("messages")
	void everyMessageArrivesAsItWasSent(Frame frame) {
		this.channel.writeInbound(encode(frame));
		assertThat(this.channel.<Frame>readInbound()).isEqualTo(frame);
	}

	@ParameterizedTest
	@MethodSource("messages")
	void everyMessageArrivesByteByByte(Frame message) {
		ByteBuf frame = encode(message);
		while (frame.isReadable()) {
			assertThat(this.channel.<Frame>readInbound()).isNull();
			this.channel.writeInbound(frame.readBytes(1));
		}
		frame.release();
		assertThat(this.channel.<Frame>readInbound()).isEqualTo(message);
	}

	@ParameterizedTest
	@MethodSource("messages")
	void fieldsOfANewerVersionArePassedOver(Frame message) {
		ByteBuf frame = encode(message).writeLong(7);
		frame.setInt(0, frame.readableBytes() - Integer.BYTES);
		this.channel.writeInbound(frame, encode(new Frame.Ready()));
		assertThat(this.channel.<Frame>readInbound()).isEqualTo(message);
		assertThat(this.channel.<Frame>readInbound()).isEqualTo(new Frame.Ready());
	}

	@ParameterizedTest
	@MethodSource("messages")
	void aFrameThatEndsTooEarlyIsMalformed(Frame message) {
		ByteBuf frame = encode(message);
		int length = frame.readableBytes() - Integer.BYTES;
		for (int shorter = 0; shorter < length; shorter++) {
			ByteBuf cut = frame.copy(0, Integer.BYTES + shorter).setInt(0, shorter);
			if (message instanceof Frame.Welcome welcome && cut.readableBytes() == lengthOfAnOlder(welcome)) {
				cut.release();
				continue;
			}
			assertMalformed(cut);
		}
		frame.release();
	}

	@Test
	void aWelcomeOfAnOlderVersionAsksForNothing() {
		Frame.Welcome welcome = new Frame.Welcome(1, "web", 3, 12, List.of("8080"), Duration.ofMillis(1), 4,
				Duration.ofSeconds(2), 0, List.of("master"));
		int length = lengthOfAnOlder(welcome);
		ByteBuf frame = encode(welcome).setInt(0, length - Integer.BYTES);
		this.channel.writeInbound(frame.readBytes(length), encode(new Frame.Ready()));
		frame.release();
		assertThat(this.channel.<Frame.Welcome>readInbound().masterProfiles()).isEmpty();
		assertThat(this.channel.<Frame>readInbound()).isEqualTo(new Frame.Ready());
	}

	private int lengthOfAnOlder(Frame.Welcome welcome) {
		ByteBuf frame = encode(welcome);
		int profiles = Integer.BYTES
				+ welcome.masterProfiles().stream().mapToInt((profile) -> Integer.BYTES + profile.length()).sum();
		int length = frame.readableBytes() - profiles;
		frame.release();
		return length;
	}

	@ParameterizedTest
	@EnumSource
	void everyReasonHasAForm(DrainReason reason) {
		this.channel.writeInbound(encode(new Frame.Draining(reason)));
		assertThat(this.channel.<Frame>readInbound()).isEqualTo(new Frame.Draining(reason));
	}

	@Test
	void theLowerVersionOfTwoIsSpoken() {
		assertThat(Frame.commonVersion(Frame.VERSION)).isEqualTo(Frame.VERSION);
		assertThat(Frame.commonVersion(Frame.VERSION + 1)).isEqualTo(Frame.VERSION);
		assertThat(Frame.commonVersion(Integer.MAX_VALUE)).isEqualTo(Frame.VERSION);
		assertThat(Frame.commonVersion(1)).isEqualTo(1);
		assertThat(Frame.commonVersion(0)).isZero();
		assertThat(Frame.commonVersion(-1)).isZero();
	}

	@Test
	void anUnknownTypeIsMalformed() {
		assertMalformed(frame(Unpooled.buffer().writeByte(255)));
	}

	@Test
	void anUnknownReasonIsMalformed() {
		assertMalformed(frame(new BodyBuilder(8).string("BOREDOM").bytes()));
	}

	@Test
	void aScoreThatIsNoNumberIsMalformed() {
		WorkerLoad load = new WorkerLoad(0, null, 0, null, 0, 0, null, Duration.ZERO, 0, null, List.of(),
				Map.of("x", Double.NaN));
		assertMalformed(encode(new Frame.Heartbeat(load)));
	}

	@Test
	void moreThanAMasterKeepsIsMalformed() {
		List<String> threads = Collections.nCopies(WorkerLoad.MAX_DEADLOCKED_THREADS + 1, "thread");
		assertMalformed(encode(new Frame.Heartbeat(
				new WorkerLoad(0, null, 0, null, 0, 0, null, Duration.ZERO, 0, null, threads, Map.of()))));
		Map<String, Double> scores = IntStream.rangeClosed(0, WorkerLoad.MAX_SCORES)
			.boxed()
			.collect(Collectors.toMap(String::valueOf, Integer::doubleValue));
		assertMalformed(encode(new Frame.Heartbeat(
				new WorkerLoad(0, null, 0, null, 0, 0, null, Duration.ZERO, 0, null, List.of(), scores))));
	}

	@Test
	void moreBucketsThanThereAreAreMalformed() {
		ByteBuf body = Unpooled.buffer().writeByte(27).writeLong(0).writeLong(0).writeInt(Answers.BUCKETS + 1);
		assertMalformed(frame(body.writeZero(Long.BYTES * (Answers.BUCKETS + 1))));
	}

	@Test
	void aLengthThatIsNoneIsMalformed() {
		assertThatExceptionOfType(TooLongFrameException.class)
			.isThrownBy(() -> this.channel.writeInbound(Unpooled.buffer().writeInt(-1)));
		assertMalformed(Unpooled.buffer().writeInt(0));
	}

	@Test
	void aFrameThatIsTooLongIsRefusedByItsLengthAlone() {
		assertThatExceptionOfType(TooLongFrameException.class)
			.isThrownBy(() -> this.channel.writeInbound(Unpooled.buffer().writeInt(FrameCodec.MAX_LENGTH + 1)));
	}

	@Test
	void aFalseCountMakesNoListOfItsSize() {
		ByteBuf body = new BodyBuilder(2).integer(1).string("web").integer(0).integer(1).bytes();
		assertMalformed(frame(body.copy().writeInt(Integer.MAX_VALUE)));
		assertMalformed(frame(body.copy().writeInt(-1)));
		body.release();
	}

	@Test
	void aFalseLengthOfAStringIsMalformed() {
		assertMalformed(frame(new BodyBuilder(5).integer(Integer.MAX_VALUE).bytes()));
		assertMalformed(frame(new BodyBuilder(5).integer(-1).bytes()));
	}

	@Test
	void aMessageThatIsTooLongIsNotSent() {
		Frame frame = new Frame.StartFailed("x".repeat(FrameCodec.MAX_LENGTH));
		assertThatExceptionOfType(EncoderException.class).isThrownBy(() -> this.channel.writeOutbound(frame))
			.withMessageContaining("StartFailed");
	}

	@Test
	void randomBytesAreReadOrRefusedAndNothingElse() {
		long seed = new Random().nextLong();
		Random random = new Random(seed);
		List<Frame> messages = messages().toList();
		for (int i = 0; i < 30_000; i++) {
			ByteBuf frame = random.nextBoolean() ? damaged(messages.get(random.nextInt(messages.size())), random)
					: noise(random);
			try {
				FrameCodec.read(frame);
			}
			catch (DecoderException ex) {
				// The codec's own.
			}
			catch (RuntimeException ex) {
				throw new AssertionError("Seed " + seed, ex);
			}
			finally {
				frame.release();
			}
		}
	}

	@Test
	void aRandomStreamIsReadOrRefusedAndNothingElse() {
		long seed = new Random().nextLong();
		Random random = new Random(seed);
		for (int i = 0; i < 500; i++) {
			EmbeddedChannel stream = new EmbeddedChannel(new FrameCodec());
			try {
				for (int part = 0; part < 5; part++) {
					stream.writeInbound(frame(noise(random)), noise(random));
				}
			}
			catch (DecoderException ex) {
				// The codec's own.
			}
			catch (RuntimeException ex) {
				throw new AssertionError("Seed " + seed, ex);
			}
			finally {
				finish(stream);
			}
		}
	}

	private static void finish(EmbeddedChannel stream) {
		try {
			stream.finishAndReleaseAll();
		}
		catch (DecoderException ex) {
			// What was left cannot be read either.
		}
	}

	private static ByteBuf damaged(Frame frame, Random random) {
		ByteBuf body = Unpooled.buffer();
		FrameCodec.write(frame, body);
		for (int i = random.nextInt(4); i >= 0; i--) {
			body.setByte(random.nextInt(body.readableBytes()), random.nextInt());
		}
		return body;
	}

	private static ByteBuf noise(Random random) {
		byte[] bytes = new byte[random.nextInt(64)];
		random.nextBytes(bytes);
		if (bytes.length > 0) {
			bytes[0] = (byte) random.nextInt(25);
		}
		return Unpooled.wrappedBuffer(bytes);
	}

	private void assertMalformed(ByteBuf frame) {
		EmbeddedChannel other = new EmbeddedChannel(new FrameCodec());
		assertThatExceptionOfType(CorruptedFrameException.class).isThrownBy(() -> other.writeInbound(frame));
		other.finishAndReleaseAll();
	}

	private ByteBuf encode(Frame frame) {
		// The encoder releases it.
		this.channel.writeOutbound(ReferenceCountUtil.retain(frame));
		return this.channel.readOutbound();
	}

	private static ByteBuf frame(ByteBuf body) {
		ByteBuf frame = Unpooled.buffer().writeInt(body.readableBytes()).writeBytes(body);
		body.release();
		return frame;
	}

	/**
	 * Bodies that no message has.
	 */
	private static final class BodyBuilder {

		private final ByteBuf bytes = Unpooled.buffer();

		BodyBuilder(int type) {
			this.bytes.writeByte(type);
		}

		BodyBuilder string(String text) {
			this.bytes.writeInt(text.length()).writeCharSequence(text, StandardCharsets.US_ASCII);
			return this;
		}

		BodyBuilder integer(int value) {
			this.bytes.writeInt(value);
			return this;
		}

		ByteBuf bytes() {
			return this.bytes;
		}

	}

}
