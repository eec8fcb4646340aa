package io.pmboot.master;

import java.time.Duration;

import io.pmboot.Finding;
import io.pmboot.control.Frame;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What workers have found, on virtual time.
 */
class FindingsTests {

	private final FakeWorld world = new FakeWorld(FakeWorld.settings("web", 2));

	@Test
	void tellsOnceWhatEachWorkerFindsAndForgetsWhatTheNextVersionDoesNot() {
		this.world.supervisor().start();
		this.world.loop().advance(Duration.ofSeconds(10));
		this.world.alive().forEach((worker) -> {
			tell(worker, new Frame.Found("http-session", "one"));
			tell(worker, new Frame.Found("local-cache", "by " + worker.pid()));
			tell(worker, new Frame.Found("http-session", "two"));
		});
		assertThat(this.world.supervisor().findings()).containsExactly(new Finding("http-session", "web", "one\ntwo"),
				new Finding("local-cache", "web", "by " + this.world.alive().get(1).pid()));
		this.world.reload("web");
		this.world.loop().advance(Duration.ofSeconds(30));
		assertThat(this.world.supervisor().findings()).isEmpty();
		tell(this.world.alive().get(0), new Frame.Found("quartz", "x".repeat(10_000)));
		assertThat(this.world.supervisor().findings()).singleElement()
			.satisfies((finding) -> assertThat(finding.text()).hasSize(4000));
	}

	@Test
	void keepsNoMoreThanFiftyOfAGroup() {
		this.world.supervisor().start();
		this.world.loop().advance(Duration.ofSeconds(10));
		for (int i = 0; i < 100; i++) {
			tell(this.world.alive().get(0), new Frame.Found("id-" + i, "text"));
		}
		assertThat(this.world.supervisor().findings()).hasSize(50);
	}

	private void tell(FakeWorker worker, Frame frame) {
		this.world.supervisor().received(worker.pid(), frame);
	}

}
