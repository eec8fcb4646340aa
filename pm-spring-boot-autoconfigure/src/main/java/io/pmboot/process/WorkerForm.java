package io.pmboot.process;

import java.io.IOException;
import java.util.List;

/**
 * What a worker runs: what the master runs, another main class of it, or another
 * executable jar.
 */
final class WorkerForm {

	private WorkerForm() {
	}

	static LaunchForm of(OwnLaunch own, WorkerLaunch.Program program) throws IOException {
		if (program.application() != null) {
			return new LaunchForm(List.of(), List.of("-jar", program.application().toString()));
		}
		return (program.mainClass() != null) ? of(own, program.mainClass())
				: new LaunchForm(own.classPath(), own.program());
	}

	private static LaunchForm of(OwnLaunch own, String mainClass) throws IOException {
		boolean jar = own.program().get(0).equals("-jar");
		List<String> classPath = jar ? List.of("-cp", own.program().get(1)) : own.classPath();
		String launcher = BootLoader.launcher(own.program());
		return new LaunchForm(classPath,
				(launcher != null) ? BootLoader.program(launcher, mainClass) : List.of(mainClass));
	}

}
