package io.pmboot.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.OptionalLong;

/** Two children of a Node process, which relays their messages. */
final class NodeIpc {

	private NodeIpc() {
	}

	static OptionalLong measure(String mode, int count) throws IOException, InterruptedException {
		Path script = Files.createTempFile("relay", ".js");
		try (InputStream source = NodeIpc.class.getResourceAsStream("/relay.js")) {
			Files.copy(source, script, StandardCopyOption.REPLACE_EXISTING);
			Process node = new ProcessBuilder("node", script.toString(), "run-" + mode, Integer.toString(count))
				.redirectError(ProcessBuilder.Redirect.INHERIT)
				.start();
			String output = new String(node.getInputStream().readAllBytes()).trim();
			return (node.waitFor() == 0) ? OptionalLong.of(Long.parseLong(output)) : OptionalLong.empty();
		}
		catch (IOException ex) {
			System.out.println("Without Node: " + ex.getMessage());
			return OptionalLong.empty();
		}
		finally {
			Files.delete(script);
		}
	}

}
