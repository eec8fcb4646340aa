package io.pmboot.master;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Deadline}.
 */
class DeadlineTests {

	private final VirtualEventLoop loop = new VirtualEventLoop();

	private final List<String> done = new ArrayList<>();

	private final Deadline deadline = new Deadline(this.loop);

	@Test
	void aDeadlineIsTheLastOneThatWasSet() {
		this.deadline.set(() -> this.done.add("first"), Duration.ofMillis(1));
		this.deadline.set(() -> this.done.add("second"), Duration.ofMillis(1));
		run();
		assertThat(this.done).containsExactly("second");
	}

	@Test
	void aDeadlineThatIsCancelledNeverComes() {
		this.deadline.set(() -> this.done.add("third"), Duration.ofMillis(1));
		this.deadline.cancel();
		this.loop.schedule(() -> this.done.add("none"), Duration.ofMillis(1));
		run();
		assertThat(this.done).containsExactly("none");
	}

	private void run() {
		while (this.loop.step()) {
			// Until nothing waits.
		}
	}

}
