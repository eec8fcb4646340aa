package io.pmboot.control;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.EncoderException;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.MessageToByteEncoder;
import org.jspecify.annotations.Nullable;

/**
 * Messages as frames: an int length of what follows, a byte for the type, and the fields
 * of the message in order, as its {@link Form} says. A frame that cannot be read is a
 * {@link io.netty.handler.codec.DecoderException}.
 */
final class FrameCodec extends CombinedChannelDuplexHandler<FrameCodec.Decoder, FrameCodec.Encoder> {

	/**
	 * The longest type and body together: room for a payload and the fields around it.
	 */
	static final int MAX_LENGTH = Message.MAX_PAYLOAD + 64 * 1024;

	private static final Map<Class<?>, Form<?>> FORMS = forms();

	private static final Map<Integer, Form<?>> FORMS_BY_TYPE = FORMS.values()
		.stream()
		.collect(Collectors.toUnmodifiableMap(Form::type, Function.identity()));

	FrameCodec() {
		super(new Decoder(), new Encoder());
	}

	private static Map<Class<?>, Form<?>> forms() {
		Map<Class<?>, Form<?>> forms = new HashMap<>();
		try {
			for (Class<?> message : Message.class.getPermittedSubclasses()) {
				forms.put(message, (Form<?>) message.getDeclaredField("FORM").get(null));
			}
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException("A message without a form", ex);
		}
		return Map.copyOf(forms);
	}

	/**
	 * Why a connection is refused where there is no common version.
	 * @param theirs the version of the other end
	 * @return what is wrong, and what to do
	 */
	static String noCommonVersion(int theirs) {
		return "it speaks version %d of the control protocol, and this process 1 to %d: give both a pm-spring-boot-starter of versions that are closer"
			.formatted(theirs, Message.VERSION);
	}

	static Form.Sender sender(Message message) {
		return form(message).sender();
	}

	@SuppressWarnings("unchecked")
	private static <M extends Message> Form<M> form(M message) {
		Form<?> form = FORMS.get(message.getClass());
		if (form == null) {
			throw new EncoderException("%s has no form".formatted(message.getClass()));
		}
		return (Form<M>) form;
	}

	static Message read(ByteBuf frame) {
		Fields fields = new Fields(frame);
		int type = fields.readType();
		Form<?> form = FORMS_BY_TYPE.get(type);
		if (form == null) {
			throw new CorruptedFrameException("frame type %d is unknown".formatted(type));
		}
		return form.reader().apply(fields);
	}

	static void write(Message message, ByteBuf out) {
		write(message, new Fields(out));
	}

	private static void write(Message message, Fields fields) {
		Form<Message> form = form(message);
		form.writer().accept(message, fields.writeType(form.type()));
	}

	// All but the payload itself.
	static void writeHead(Message.Deliver deliver, ByteBuf out) {
		int start = out.writerIndex();
		out.writeInt(0);
		write(deliver, new Fields(out, true));
		out.setInt(start, out.writerIndex() - start - Integer.BYTES + deliver.payload().readableBytes());
	}

	// Leaves the buffer as it was where the message cannot be written.
	static void writeFrame(Message message, ByteBuf out) {
		int start = out.writerIndex();
		out.writeInt(0);
		write(message, out);
		int length = out.writerIndex() - start - Integer.BYTES;
		if (length > MAX_LENGTH) {
			out.writerIndex(start);
			throw new EncoderException("%s of %d bytes is longer than a frame may be (%d)"
				.formatted(message.getClass().getSimpleName(), length, MAX_LENGTH));
		}
		out.setInt(start, length);
	}

	/**
	 * Frames to messages.
	 */
	static final class Decoder extends LengthFieldBasedFrameDecoder {

		Decoder() {
			super(Integer.BYTES + MAX_LENGTH, 0, Integer.BYTES, 0, Integer.BYTES);
		}

		@Override
		protected @Nullable Object decode(ChannelHandlerContext context, ByteBuf in) throws Exception {
			ByteBuf frame = (ByteBuf) super.decode(context, in);
			if (frame == null) {
				return null;
			}
			return FrameCodec.read(frame);
		}

		// Not retained: a message that keeps a part of it retains that part.
		@Override
		protected ByteBuf extractFrame(ChannelHandlerContext context, ByteBuf buffer, int index, int length) {
			return buffer.slice(index, length);
		}

	}

	/**
	 * Messages to frames.
	 */
	static final class Encoder extends MessageToByteEncoder<Message> {

		Encoder() {
			super(Message.class);
		}

		@Override
		protected void encode(ChannelHandlerContext context, Message message, ByteBuf out) {
			writeFrame(message, out);
		}

	}

}
