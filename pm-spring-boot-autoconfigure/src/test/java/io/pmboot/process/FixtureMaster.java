package io.pmboot.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.pmboot.control.WorkerVariables;

/**
 * Forks itself once, by all that it knows of its own launch; the child reports.
 */
public final class FixtureMaster {

	private FixtureMaster() {
	}

	public static void main(String[] args) throws Exception {
		if (System.getProperty(WorkerVariables.CONTROL_SOCKET) != null) {
			FixtureProgram.report(args);
			if (Boolean.getBoolean("test.spring")) {
				FixtureApplication.main(args);
			}
			return;
		}
		OwnLaunch own = OwnLaunch.read(FixtureMaster.class, received(args), List.of("master", "prod"));
		Path runDirectory = Path.of(System.getProperty("java.io.tmpdir"));
		try (JvmLauncher launcher = new JvmLauncher(own, runDirectory, runDirectory.resolve("control.sock"),
				MasterOutput.current())) {
			WorkerLaunch.Program program = new WorkerLaunch.Program(List.of(), List.of(), List.of("--pm.enabled=false"),
					Map.of());
			launcher.copies().copy("web", 1, program).join();
			WorkerProcess worker = launcher.launch(new WorkerLaunch("web", 0, 1, program)).toCompletableFuture().join();
			System.exit(worker.exited().toCompletableFuture().join().code());
		}
	}

	// What the application is run with.
	private static List<String> received(String[] args) {
		List<String> received = new ArrayList<>(List.of(args));
		switch ((args.length > 0) ? args[0] : "") {
			case "strip" -> received.remove(0);
			case "add" -> received.add("--added=1");
			case "parse" -> received.clear();
			default -> {
			}
		}
		return received;
	}

}
