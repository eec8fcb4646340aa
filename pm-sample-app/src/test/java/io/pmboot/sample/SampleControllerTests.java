package io.pmboot.sample;

import io.pmboot.Worker;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;

class SampleControllerTests {

	private final StaticListableBeanFactory beans = new StaticListableBeanFactory();

	private final MockMvcTester mvc = MockMvcTester.of(new SampleController(this.beans.getBeanProvider(Worker.class)));

	@Test
	void anyPathAnswersItself() {
		for (String path : new String[] { "/", "/a/b.txt", "/pids" }) {
			assertThat(this.mvc.get().uri(path)).hasStatusOk()
				.hasContentTypeCompatibleWith(MediaType.TEXT_PLAIN)
				.hasBodyTextEqualTo(path);
		}
	}

	@Test
	void slowAnswersWhatItWasAskedFor() {
		assertThat(this.mvc.get().uri("/slow?ms=1&id=7")).hasStatusOk().hasBodyTextEqualTo("/slow?ms=1&id=7");
	}

	@Test
	void pidIsThisProcess() {
		assertThat(this.mvc.get().uri("/pid")).hasStatusOk()
			.hasBodyTextEqualTo(Long.toString(ProcessHandle.current().pid()));
	}

	@Test
	void whoAmIWithoutWorkerHasNoGroup() {
		assertThat(this.mvc.get().uri("/whoami")).hasStatusOk()
			.bodyJson()
			.isStrictlyEqualTo("{\"group\":null,\"index\":null,\"generation\":null,\"pid\":%d}"
				.formatted(ProcessHandle.current().pid()));
	}

	@Test
	void disconnectLetsTheWorkerGo() {
		Worker worker = mock(Worker.class);
		this.beans.addBean("worker", worker);
		assertThat(this.mvc.post().uri("/disconnect")).hasStatusOk()
			.hasBodyTextEqualTo(Long.toString(ProcessHandle.current().pid()));
		then(worker).should().disconnect();
	}

	@Test
	void whoAmIInAWorkerNamesIt() {
		Worker worker = mock(Worker.class);
		given(worker.group()).willReturn("web");
		given(worker.index()).willReturn(1);
		given(worker.generation()).willReturn(3);
		this.beans.addBean("worker", worker);
		assertThat(this.mvc.get().uri("/whoami")).hasStatusOk()
			.bodyJson()
			.isStrictlyEqualTo("{\"group\":\"web\",\"index\":1,\"generation\":3,\"pid\":%d}"
				.formatted(ProcessHandle.current().pid()));
	}

}
