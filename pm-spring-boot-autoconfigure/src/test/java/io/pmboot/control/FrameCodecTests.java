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
import io.pmboot.DeliveryOutcome;
import io.pmboot.DrainReason;
import io.pmboot.Receipt;
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

	static Stream<Message> messages() {
		return Stream.of(new Message.Hello(1), new Message.Hello(Integer.MAX_VALUE),
				new Message.Welcome(1, "web", 3, 12, List.of("8080", "[::1]:8443"), Duration.ofMillis(1), 4,
						Duration.ofSeconds(2), 0, List.of("prod", "master")),
				new Message.Welcome(1, "jobs", 0, 1, List.of(), Duration.ofSeconds(Long.MAX_VALUE), 0,
						Duration.ofSeconds(1, 5), 1024, List.of()),
				new Message.Configuration(List.of()),
				new Message.Configuration(
						List.of(new Message.Configuration.Property("pm.groups.web.listen[0]", "8080", ""),
								new Message.Configuration.Property("a", "", "\u00e4: 1"))),
				new Message.Post(1, "jobs", -1, Unpooled.wrappedBuffer(new byte[] { 0, 1, -1 })),
				new Message.Post(Long.MAX_VALUE, "master", 0, Unpooled.EMPTY_BUFFER),
				new Message.Deliver(7, "web", 1, 4711, Unpooled.wrappedBuffer("text".getBytes(StandardCharsets.UTF_8))),
				new Message.Acknowledge(9, List.of()),
				new Message.Acknowledge(9, List.of(new Message.Acknowledge.Failure(8, "no luck"))),
				new Message.Delivered(new Receipt("web", 1, 4711, DeliveryOutcome.HANDLED, null), 1,
						List.of(new Message.Delivered.Ids(3, 1), new Message.Delivered.Ids(5, 1000))),
				new Message.Delivered(new Receipt("nobody", -1, 0, DeliveryOutcome.REFUSED, "no such group"), 2,
						List.of()),
				new Message.Attach(), new Message.Waiting("warm-up"), new Message.Ready(), new Message.StartFailed(""),
				new Message.StartFailed("Gr\u00f6\u00dfe \u2014 \ud83d\ude00\n\0"), new Message.Activate(),
				new Message.Drain(DrainReason.RELOAD, Duration.ZERO),
				new Message.Drain(DrainReason.STOP, Duration.ofSeconds(75, 999_999_999)),
				new Message.Draining(DrainReason.TERMINATED), new Message.RequestTurn(1),
				new Message.GrantTurn(Integer.MAX_VALUE), new Message.EndTurn(-1), new Message.Cut(3),
				new Message.Unfit("broken"), new Message.Drained(), new Message.Accepting(true),
				new Message.Accepting(false),
				new Message.Heartbeat(new WorkerLoad(1, 2L, 3, 4L, 5, 6, Duration.ofMillis(7), Duration.ofNanos(8), 9,
						10, List.of("one", "other"), Map.of("queue", -0.5, "\u00e4", 1e300))),
				new Message.Heartbeat(new WorkerLoad(0, null, Long.MAX_VALUE, null, 0, 0, null, Duration.ZERO, 0, null,
						List.of(), Map.of())));
	}

	// Without those whose bytes are gone once they are written.
	static List<Message> messages(Form.Sender sender) {
		return messages().filter((message) -> FrameCodec.sender(message) == sender && !(message instanceof Carrier))
			.toList();
	}

	@Test
	void everyKindOfMessageIsTested() {
		assertThat(messages().map(Object::getClass).distinct())
			.containsExactlyInAnyOrder(Message.class.getPermittedSubclasses());
	}

	@ParameterizedTest
	@MethodSource("messages")
	void everyMessageArrivesAsItWasSent(Message message) {
		this.channel.writeInbound(encode(message));
		assertThat(this.channel.<Message>readInbound()).isEqualTo(message);
	}

	@ParameterizedTest
	@MethodSource("messages")
	void everyMessageArrivesByteByByte(Message message) {
		ByteBuf frame = encode(message);
		while (frame.isReadable()) {
			assertThat(this.channel.<Message>readInbound()).isNull();
			this.channel.writeInbound(frame.readBytes(1));
		}
		frame.release();
		assertThat(this.channel.<Message>readInbound()).isEqualTo(message);
	}

	@ParameterizedTest
	@MethodSource("messages")
	void fieldsOfANewerVersionArePassedOver(Message message) {
		ByteBuf frame = encode(message).writeLong(7);
		frame.setInt(0, frame.readableBytes() - Integer.BYTES);
		this.channel.writeInbound(frame, encode(new Message.Ready()));
		assertThat(this.channel.<Message>readInbound()).isEqualTo(message);
		assertThat(this.channel.<Message>readInbound()).isEqualTo(new Message.Ready());
	}

	@ParameterizedTest
	@MethodSource("messages")
	void aFrameThatEndsTooEarlyIsMalformed(Message message) {
		ByteBuf frame = encode(message);
		int length = frame.readableBytes() - Integer.BYTES;
		for (int shorter = 0; shorter < length; shorter++) {
			ByteBuf cut = frame.copy(0, Integer.BYTES + shorter).setInt(0, shorter);
			if (message instanceof Message.Welcome welcome && cut.readableBytes() == lengthOfAnOlder(welcome)) {
				cut.release();
				continue;
			}
			assertMalformed(cut);
		}
		frame.release();
	}

	@Test
	void aWelcomeOfAnOlderVersionAsksForNothing() {
		Message.Welcome welcome = new Message.Welcome(1, "web", 3, 12, List.of("8080"), Duration.ofMillis(1), 4,
				Duration.ofSeconds(2), 0, List.of("master"));
		int length = lengthOfAnOlder(welcome);
		ByteBuf frame = encode(welcome).setInt(0, length - Integer.BYTES);
		this.channel.writeInbound(frame.readBytes(length), encode(new Message.Ready()));
		frame.release();
		assertThat(this.channel.<Message.Welcome>readInbound().masterProfiles()).isEmpty();
		assertThat(this.channel.<Message>readInbound()).isEqualTo(new Message.Ready());
	}

	private int lengthOfAnOlder(Message.Welcome welcome) {
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
		this.channel.writeInbound(encode(new Message.Draining(reason)));
		assertThat(this.channel.<Message>readInbound()).isEqualTo(new Message.Draining(reason));
	}

	@Test
	void theLowerVersionOfTwoIsSpoken() {
		assertThat(Message.commonVersion(Message.VERSION)).isEqualTo(Message.VERSION);
		assertThat(Message.commonVersion(Message.VERSION + 1)).isEqualTo(Message.VERSION);
		assertThat(Message.commonVersion(Integer.MAX_VALUE)).isEqualTo(Message.VERSION);
		assertThat(Message.commonVersion(1)).isEqualTo(1);
		assertThat(Message.commonVersion(0)).isZero();
		assertThat(Message.commonVersion(-1)).isZero();
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
		assertMalformed(encode(new Message.Heartbeat(load)));
	}

	@Test
	void moreThanAMasterKeepsIsMalformed() {
		List<String> threads = Collections.nCopies(WorkerLoad.MAX_DEADLOCKED_THREADS + 1, "thread");
		assertMalformed(encode(new Message.Heartbeat(
				new WorkerLoad(0, null, 0, null, 0, 0, null, Duration.ZERO, 0, null, threads, Map.of()))));
		Map<String, Double> scores = IntStream.rangeClosed(0, WorkerLoad.MAX_SCORES)
			.boxed()
			.collect(Collectors.toMap(String::valueOf, Integer::doubleValue));
		assertMalformed(encode(new Message.Heartbeat(
				new WorkerLoad(0, null, 0, null, 0, 0, null, Duration.ZERO, 0, null, List.of(), scores))));
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
		Message message = new Message.StartFailed("x".repeat(FrameCodec.MAX_LENGTH));
		assertThatExceptionOfType(EncoderException.class).isThrownBy(() -> this.channel.writeOutbound(message))
			.withMessageContaining("StartFailed");
	}

	@Test
	void randomBytesAreReadOrRefusedAndNothingElse() {
		long seed = new Random().nextLong();
		Random random = new Random(seed);
		List<Message> messages = messages().toList();
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

	private static ByteBuf damaged(Message message, Random random) {
		ByteBuf body = Unpooled.buffer();
		FrameCodec.write(message, body);
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

	private ByteBuf encode(Message message) {
		// The encoder releases it.
		this.channel.writeOutbound(ReferenceCountUtil.retain(message));
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
