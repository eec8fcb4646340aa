package io.pmboot.process;

import java.util.List;

/**
 * A program that starts its main method again.
 */
public final class FixtureRestart {

	private FixtureRestart() {
	}

	public static void main(String[] args) throws Exception {
		List<String> arguments = List.of(args);
		switch (args[0]) {
			case "first" -> {
				new MasterCopy.Main(FixtureRestart.class.getClassLoader(), FixtureRestart.class.getName(),
						arguments.subList(1, args.length))
					.run();
				System.out.println("The first went on");
			}
			case "thread" -> outlive(Thread.currentThread(), arguments);
			case "thrown" -> throw new IllegalStateException("thrown by the second");
			default -> throw new IllegalArgumentException(args[0]);
		}
	}

	private static void outlive(Thread main, List<String> arguments) {
		new Thread(() -> {
			try {
				main.join();
				System.out.println("Outlived " + main.getName() + " with " + arguments);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}).start();
	}

}
