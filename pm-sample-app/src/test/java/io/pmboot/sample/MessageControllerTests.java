package io.pmboot.sample;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.pmboot.Delivery;
import io.pmboot.DeliveryOutcome;
import io.pmboot.Receipt;
import io.pmboot.Worker;
import io.pmboot.event.MessageEvent;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class MessageControllerTests {

	private final StaticListableBeanFactory beans = new StaticListableBeanFactory();

	private final MessageLog log = new MessageLog();

	private final MockMvcTester mvc = MockMvcTester
		.of(new MessageController(this.beans.getBeanProvider(Worker.class), this.log));

	@Test
	void answersWhatBecameOfAMessage() {
		Worker worker = mock(Worker.class);
		given(worker.send("jobs", 1, "hello")).willReturn(CompletableFuture
			.completedFuture(new Delivery(List.of(new Receipt("jobs", 1, 7, DeliveryOutcome.FAILED, "no luck")))));
		this.beans.addBean("worker", worker);
		assertThat(this.mvc.post().uri("/messages/jobs?index=1").content("hello").exchange()).hasStatusOk()
			.hasBodyTextEqualTo(
					"{\"receipts\":[{\"group\":\"jobs\",\"index\":1,\"pid\":7,\"outcome\":\"FAILED\",\"reason\":\"no luck\"}]}");
	}

	@Test
	void onlyAWorkerSends() {
		assertThat(this.mvc.post().uri("/messages/web").content("hello")).hasStatus(409);
	}

	@Test
	void showsWhatArrivedLast() throws Exception {
		for (int i = 0; i <= 100; i++) {
			this.log.on(new Text(this, "no " + i));
		}
		String body = this.mvc.get().uri("/messages").exchange().getResponse().getContentAsString();
		assertThat(JsonMapper.shared().readValue(body, MessageLog.Entry[].class)).hasSize(100)
			.endsWith(new MessageLog.Entry("no 100", "web", 1, 7));
	}

	private static final class Text extends MessageEvent {

		private final String text;

		Text(Object source, String text) {
			super(source);
			this.text = text;
		}

		@Override
		public Sender sender() {
			return new Sender("web", 1, 7);
		}

		@Override
		public String type() {
			return "java.lang.String";
		}

		@Override
		public <T> T payload(Class<T> type) {
			return type.cast(this.text);
		}

	}

}
