package io.pmboot.web.reactornetty;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.pmboot.DrainReason;
import io.pmboot.web.DrainContract;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SharedServer} on single connections.
 */
class ReactorNettyDrainTests extends DrainContract {

	ReactorNettyDrainTests() {
		super(ReactorNettyWorker::new);
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = { "RELOAD", "SCALED_DOWN" })
	void pipelinedRequestsThatAStopMeetsAreAllAnswered(DrainReason reason) throws Exception {
		assertPipelinedRequestsAreAnswered(reason);
	}

	@Test
	void connectionsOfAPortHaveItsTcpOptions() throws Exception {
		BlockingQueue<ChannelConfig> configs = new LinkedBlockingQueue<>();
		assertThat(drain(DrainReason.RELOAD)).succeedsWithin(SOON);
		try (ReactorNettyWorker other = new ReactorNettyWorker("b", List.of(this.listener),
				(factory) -> factory.addServerCustomizers((server) -> server.childOption(ChannelOption.SO_LINGER, 7)
					.doOnConnection((connection) -> configs.add(connection.channel().config()))))) {
			other.open();
			client().get("/");
			ChannelConfig config = configs.take();
			assertThat(config.getOption(ChannelOption.TCP_NODELAY)).isTrue();
			assertThat(config.getOption(ChannelOption.SO_LINGER)).isEqualTo(7);
		}
	}

}
