package io.pmboot.master;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.pmboot.StartFailedException;
import io.pmboot.process.GenerationCopies;
import io.pmboot.process.WorkerLaunch;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Generations#copyFirst}.
 */
class GenerationsTests {

	private static final List<GroupSettings> GROUPS = List.of(FakeWorld.settings("web", 1),
			FakeWorld.settings("jobs", 1));

	@Test
	void namesTheGroupsThatHaveACopy() {
		assertThat(make((group) -> CompletableFuture.completedFuture(group.equals("jobs")))).containsExactly("jobs");
	}

	@Test
	void copyThatFailsEndsTheStart() {
		assertThatExceptionOfType(StartFailedException.class)
			.isThrownBy(() -> make((group) -> CompletableFuture.supplyAsync(() -> {
				throw new IllegalStateException("app.jar is truncated");
			})))
			.withMessage("Group 'web' cannot be started: app.jar is truncated")
			.satisfies((ex) -> assertThat(ex.action()).contains("complete archive"));
	}

	private static Set<String> make(Copying copying) {
		return Generations.copyFirst(GROUPS, new GenerationCopies() {

			@Override
			public CompletableFuture<Boolean> copy(String group, int generation, WorkerLaunch.Program program) {
				assertThat(generation).isOne();
				return copying.copy(group);
			}

			@Override
			public boolean same(String group, int generation, int other) {
				return false;
			}

			@Override
			public void keep(String group, Set<Integer> generations) {
				throw new UnsupportedOperationException();
			}

		});
	}

	private interface Copying {

		CompletableFuture<Boolean> copy(String group);

	}

}
