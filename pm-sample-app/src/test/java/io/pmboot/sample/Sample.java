package io.pmboot.sample;

import java.io.IOException;
import java.util.function.Consumer;

import io.pmboot.test.ApplicationLaunch;
import io.pmboot.test.MasterProcess;

/** The sample with two workers of group {@code web}, and none of the other groups. */
final class Sample {

	private Sample() {
	}

	static MasterProcess launch(Consumer<ApplicationLaunch> launch) throws IOException {
		return MasterProcess.launch(with(launch));
	}

	static MasterProcess ready(Consumer<ApplicationLaunch> launch) throws Exception {
		return MasterProcess.ready(with(launch));
	}

	static Consumer<ApplicationLaunch> with(Consumer<ApplicationLaunch> launch) {
		return (sample) -> {
			sample.quick("web", false)
				.property("pm.groups.jobs.children", 0)
				.property("pm.groups.echo.listen", 0)
				.property("pm.groups.echo.children", 0)
				.property("pm.groups.echo.reload.observe", "0s");
			launch.accept(sample);
		};
	}

}
