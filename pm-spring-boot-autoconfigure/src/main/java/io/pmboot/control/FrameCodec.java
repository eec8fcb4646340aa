package io.pmboot.control;

import java.util.List;

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
 * of the message in order. A newer version may append fields, which an older one passes
 * over; what a frame means never changes otherwise. A frame that cannot be read is a
 * {@link io.netty.handler.codec.DecoderException}.
 */
final class FrameCodec extends CombinedChannelDuplexHandler<FrameCodec.Decoder, FrameCodec.Encoder> {

	/** The longest payload that a message may carry, in bytes. */
	static final int MAX_PAYLOAD = 1024 * 1024;

	/**
	 * The longest type and body together: room for a payload and the fields around it.
	 */
	static final int MAX_LENGTH = MAX_PAYLOAD + 64 * 1024;

	private static final int HELLO = 1;

	private static final int WELCOME = 2;

	private static final int ATTACH = 3;

	private static final int READY = 4;

	private static final int START_FAILED = 5;

	private static final int ACTIVATE = 6;

	private static final int DRAIN = 7;

	private static final int DRAINING = 8;

	private static final int HEARTBEAT = 9;

	private static final int POST = 10;

	private static final int DELIVER = 11;

	private static final int ACKNOWLEDGE = 12;

	private static final int DELIVERY = 13;

	private static final int REQUEST_TURN = 14;

	private static final int GRANT_TURN = 15;

	private static final int END_TURN = 16;

	private static final int CUT = 17;

	private static final int CONFIGURATION = 18;

	private static final int WAITING = 19;

	private static final int UNFIT = 20;

	private static final int ACCEPTING = 21;

	private static final int DRAINED = 22;

	FrameCodec() {
		super(new Decoder(), new Encoder());
	}

	static Message read(ByteBuf frame) {
		MessageBody body = new MessageBody(frame);
		int type = body.readType();
		return switch (type) {
			case HELLO -> new Message.Hello(body.readInt());
			case WELCOME -> new Message.Welcome(body.readInt(), body.readString(), body.readInt(), body.readInt(),
					body.readStrings(), body.readDuration(), body.readInt(), body.readDuration(), body.readInt(),
					body.readInt(), body.isAtEnd() ? List.of() : body.readStrings());
			case CONFIGURATION -> ConfigurationBody.read(body);
			case ATTACH -> new Message.Attach();
			case READY -> new Message.Ready();
			case START_FAILED -> new Message.StartFailed(body.readString());
			case WAITING -> new Message.Waiting(body.readString());
			case ACTIVATE -> new Message.Activate();
			case DRAIN -> new Message.Drain(body.readReason(), body.readDuration());
			case DRAINING -> new Message.Draining(body.readReason());
			case HEARTBEAT -> new Message.Heartbeat(LoadBody.read(body));
			case REQUEST_TURN -> new Message.RequestTurn(body.readInt());
			case GRANT_TURN -> new Message.GrantTurn(body.readInt());
			case END_TURN -> new Message.EndTurn(body.readInt());
			case DRAINED -> new Message.Drained();
			case CUT -> new Message.Cut(body.readInt());
			case UNFIT -> new Message.Unfit(body.readString());
			case ACCEPTING -> new Message.Accepting(body.readInt() != 0);
			case POST -> RoutedFrames.readPost(body);
			case DELIVER -> RoutedFrames.readDeliver(body);
			case ACKNOWLEDGE -> RoutedFrames.readAcknowledge(body);
			case DELIVERY -> RoutedFrames.readDelivered(body);
			default -> throw new CorruptedFrameException("frame type %d is unknown".formatted(type));
		};
	}

	static void write(Message message, ByteBuf out) {
		MessageBody body = new MessageBody(out);
		if (message instanceof Message.Hello hello) {
			body.writeType(HELLO).writeInt(hello.version());
		}
		else if (message instanceof Message.Welcome welcome) {
			body.writeType(WELCOME)
				.writeInt(welcome.version())
				.writeString(welcome.group())
				.writeInt(welcome.index())
				.writeInt(welcome.generation())
				.writeStrings(welcome.listeners())
				.writeDuration(welcome.terminateTimeout())
				.writeInt(welcome.children())
				.writeDuration(welcome.heartbeatInterval())
				.writeInt(welcome.maxPayload())
				.writeInt(welcome.maxQueued())
				.writeStrings(welcome.masterProfiles());
		}
		else if (message instanceof Message.Configuration configuration) {
			ConfigurationBody.write(body.writeType(CONFIGURATION), configuration);
		}
		else if (message instanceof Message.Attach) {
			body.writeType(ATTACH);
		}
		else if (message instanceof Message.Ready) {
			body.writeType(READY);
		}
		else if (message instanceof Message.StartFailed failed) {
			body.writeType(START_FAILED).writeString(failed.analysis());
		}
		else if (message instanceof Message.Waiting waiting) {
			body.writeType(WAITING).writeString(waiting.what());
		}
		else if (message instanceof Message.Activate) {
			body.writeType(ACTIVATE);
		}
		else if (message instanceof Message.Drain drain) {
			body.writeType(DRAIN).writeReason(drain.reason()).writeDuration(drain.timeout());
		}
		else if (message instanceof Message.Draining draining) {
			body.writeType(DRAINING).writeReason(draining.reason());
		}
		else if (message instanceof Message.RequestTurn request) {
			body.writeType(REQUEST_TURN).writeInt(request.id());
		}
		else if (message instanceof Message.GrantTurn grant) {
			body.writeType(GRANT_TURN).writeInt(grant.id());
		}
		else if (message instanceof Message.EndTurn end) {
			body.writeType(END_TURN).writeInt(end.id());
		}
		else if (message instanceof Message.Heartbeat heartbeat) {
			LoadBody.write(body.writeType(HEARTBEAT), heartbeat.load());
		}
		else if (message instanceof Message.Drained) {
			body.writeType(DRAINED);
		}
		else if (message instanceof Message.Cut cut) {
			body.writeType(CUT).writeInt(cut.requests());
		}
		else if (message instanceof Message.Unfit unfit) {
			body.writeType(UNFIT).writeString(unfit.why());
		}
		else if (message instanceof Message.Accepting accepting) {
			body.writeType(ACCEPTING).writeInt(accepting.accepting() ? 1 : 0);
		}
		else if (message instanceof Message.Post post) {
			RoutedFrames.write(post, body.writeType(POST));
		}
		else if (message instanceof Message.Deliver deliver) {
			RoutedFrames.write(deliver, body.writeType(DELIVER));
		}
		else if (message instanceof Message.Acknowledge acknowledge) {
			RoutedFrames.write(acknowledge, body.writeType(ACKNOWLEDGE));
		}
		else if (message instanceof Message.Delivered delivered) {
			RoutedFrames.write(delivered, body.writeType(DELIVERY));
		}
	}

	static void writeHead(Message.Deliver deliver, ByteBuf out) {
		int start = out.writerIndex();
		out.writeInt(0);
		RoutedFrames.writeHead(deliver, new MessageBody(out).writeType(DELIVER));
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
