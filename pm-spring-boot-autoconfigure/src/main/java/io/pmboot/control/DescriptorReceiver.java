package io.pmboot.control;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.unix.FileDescriptor;
import io.pmboot.loop.LoopLog;

/**
 * Asks for the listeners and collects them until the master closes the connection. No
 * descriptor that is not handed over stays open.
 */
final class DescriptorReceiver extends ChannelInboundHandlerAdapter {

	private static final LoopLog logger = LoopLog.of(DescriptorReceiver.class);

	private final int count;

	private final List<FileDescriptor> received = new ArrayList<>();

	private final CompletableFuture<List<FileDescriptor>> descriptors = new CompletableFuture<>();

	DescriptorReceiver(int count) {
		this.count = count;
	}

	// All of them, or a failure. Whoever cancels it gets none.
	CompletableFuture<List<FileDescriptor>> descriptors() {
		return this.descriptors;
	}

	@Override
	public void channelActive(ChannelHandlerContext context) {
		context.writeAndFlush(new Message.Attach());
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object message) {
		FileDescriptor descriptor = (FileDescriptor) message;
		if (this.received.size() < this.count) {
			this.received.add(descriptor);
		}
		else {
			close(descriptor);
		}
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext context, Throwable ex) {
		this.descriptors.completeExceptionally(ex);
		context.close();
	}

	@Override
	public void channelInactive(ChannelHandlerContext context) {
		boolean handedOver = (this.received.size() == this.count)
				&& this.descriptors.complete(List.copyOf(this.received));
		if (!handedOver) {
			this.descriptors.completeExceptionally(new IOException(
					"it passed %d of %d and closed the connection".formatted(this.received.size(), this.count)));
			this.received.forEach(this::close);
		}
	}

	private void close(FileDescriptor descriptor) {
		try {
			descriptor.close();
		}
		catch (IOException ex) {
			logger.warn("A descriptor that nobody takes could not be closed", ex);
		}
	}

}
