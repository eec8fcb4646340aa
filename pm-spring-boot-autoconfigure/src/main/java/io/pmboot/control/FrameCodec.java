package io.pmboot.control;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.EncoderException;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.MessageToByteEncoder;
import io.pmboot.WorkerLoad;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

/**
 * Frames as bytes: an int length of what follows, a byte for the type, and the
 * {@linkplain FieldCodec fields} of the frame. One that cannot be read is a
 * {@link io.netty.handler.codec.DecoderException}.
 */
final class FrameCodec extends CombinedChannelDuplexHandler<FrameCodec.Decoder, FrameCodec.Encoder> {

	/**
	 * The longest type and body together: room for a payload and the fields around it.
	 */
	static final int MAX_LENGTH = Frame.MAX_PAYLOAD + 64 * 1024;

	private static final Map<Class<?>, Kind> KINDS = Arrays.stream(Frame.class.getPermittedSubclasses())
		.collect(Collectors.toUnmodifiableMap(Function.identity(), Kind::of));

	private static final Map<Integer, Kind> KINDS_BY_TYPE = KINDS.values()
		.stream()
		.collect(Collectors.toUnmodifiableMap(Kind::type, Function.identity()));

	FrameCodec() {
		super(new Decoder(), new Encoder());
	}

	/**
	 * Why a connection is refused where there is no common version.
	 * @param theirs the version of the other end
	 * @return what is wrong, and what to do
	 */
	static String noCommonVersion(int theirs) {
		return "it speaks version %d of the control protocol, and this process 1 to %d: give both a pm-spring-boot-starter of versions that are closer"
			.formatted(theirs, Frame.VERSION);
	}

	static FrameType.Sender sender(Frame frame) {
		return kind(frame).sender();
	}

	private static Kind kind(Frame frame) {
		Kind kind = KINDS.get(frame.getClass());
		if (kind == null) {
			throw new EncoderException("%s has no type".formatted(frame.getClass()));
		}
		return kind;
	}

	static Frame read(ByteBuf bytes) {
		if (!bytes.isReadable()) {
			throw new CorruptedFrameException("a frame without a type");
		}
		int type = bytes.readUnsignedByte();
		Kind kind = KINDS_BY_TYPE.get(type);
		if (kind == null) {
			throw new CorruptedFrameException("frame type %d is unknown".formatted(type));
		}
		Frame frame = (Frame) kind.body().read(bytes);
		if (frame instanceof Frame.Heartbeat heartbeat) {
			check(heartbeat.load());
		}
		return frame;
	}

	// Bounded, because the master keeps them.
	private static void check(WorkerLoad load) {
		checkCount("deadlocked threads", load.deadlockedThreads().size(), WorkerLoad.MAX_DEADLOCKED_THREADS);
		checkCount("scores", load.scores().size(), WorkerLoad.MAX_SCORES);
		load.scores().values().stream().filter((score) -> !Double.isFinite(score)).findAny().ifPresent((score) -> {
			throw new CorruptedFrameException("a score of %s is no number".formatted(score));
		});
	}

	private static void checkCount(String what, int count, int most) {
		if (count > most) {
			throw new CorruptedFrameException("%d %s, where %d may be".formatted(count, what, most));
		}
	}

	static void write(Frame frame, ByteBuf out) {
		Kind kind = kind(frame);
		kind.body().write(frame, out.writeByte(kind.type()));
	}

	// Leaves the buffer as it was where the frame cannot be written.
	static void writeFrame(Frame frame, ByteBuf out) {
		int start = out.writerIndex();
		out.writeInt(0);
		write(frame, out);
		int length = out.writerIndex() - start - Integer.BYTES;
		if (length > MAX_LENGTH) {
			out.writerIndex(start);
			throw new EncoderException("%s of %d bytes is longer than a frame may be (%d)"
				.formatted(frame.getClass().getSimpleName(), length, MAX_LENGTH));
		}
		out.setInt(start, length);
	}

	// All but the payload itself, which is the last field: only its length.
	static void writeHead(Frame.Deliver deliver, ByteBuf out) {
		int start = out.writerIndex();
		int payload = deliver.payload().readableBytes();
		writeFrame(new Frame.Deliver(deliver.sequence(), deliver.group(), deliver.index(), deliver.pid(),
				Unpooled.EMPTY_BUFFER), out);
		out.setInt(start, out.getInt(start) + payload);
		out.setInt(out.writerIndex() - Integer.BYTES, payload);
	}

	/**
	 * How the frames of one kind travel.
	 *
	 * @param type the byte that names it
	 * @param sender of whom it is accepted
	 * @param body its fields
	 */
	private record Kind(int type, FrameType.Sender sender, FieldCodec<Object> body) {

		@SuppressWarnings("unchecked")
		static Kind of(Class<?> frame) {
			FrameType type = frame.getAnnotation(FrameType.class);
			return new Kind(type.type(), type.sender(),
					(FieldCodec<Object>) FieldCodec.of(ResolvableType.forClass(frame)));
		}

	}

	/**
	 * Bytes to frames.
	 */
	static final class Decoder extends LengthFieldBasedFrameDecoder {

		Decoder() {
			super(Integer.BYTES + MAX_LENGTH, 0, Integer.BYTES, 0, Integer.BYTES);
		}

		@Override
		protected @Nullable Object decode(ChannelHandlerContext context, ByteBuf in) throws Exception {
			ByteBuf bytes = (ByteBuf) super.decode(context, in);
			return (bytes != null) ? FrameCodec.read(bytes) : null;
		}

		// Not retained: a frame that keeps a part of it retains that part.
		@Override
		protected ByteBuf extractFrame(ChannelHandlerContext context, ByteBuf buffer, int index, int length) {
			return buffer.slice(index, length);
		}

	}

	/**
	 * Frames to bytes.
	 */
	static final class Encoder extends MessageToByteEncoder<Frame> {

		Encoder() {
			super(Frame.class);
		}

		@Override
		protected void encode(ChannelHandlerContext context, Frame frame, ByteBuf out) {
			writeFrame(frame, out);
		}

	}

}
