package io.pmboot.sample;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;

import io.pmboot.Worker;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** What the sample answers, so that a client can tell who served it, and how well. */
@RestController
class SampleController {

	private final ObjectProvider<Worker> worker;

	SampleController(ObjectProvider<Worker> worker) {
		this.worker = worker;
	}

	@GetMapping("/**")
	ResponseEntity<String> uri(HttpServletRequest request) {
		return text(request.getRequestURI());
	}

	@GetMapping("/pid")
	ResponseEntity<String> pid() {
		return text(Long.toString(ProcessHandle.current().pid()));
	}

	@GetMapping("/whoami")
	WhoAmI whoAmI() {
		long pid = ProcessHandle.current().pid();
		Worker worker = this.worker.getIfAvailable();
		return (worker != null) ? new WhoAmI(worker.group(), worker.index(), worker.generation(), pid)
				: new WhoAmI(null, null, null, pid);
	}

	@GetMapping("/slow")
	ResponseEntity<String> slow(@RequestParam long ms, HttpServletRequest request) throws InterruptedException {
		Thread.sleep(ms);
		return text(request.getRequestURI() + "?" + request.getQueryString());
	}

	// Lets the worker that gets it go, which another one replaces at once.
	@PostMapping("/disconnect")
	ResponseEntity<String> disconnect() {
		this.worker.ifAvailable(Worker::disconnect);
		return pid();
	}

	// Has a group reloaded, where this worker's group may, and answers what became of it.
	@PostMapping("/reload")
	CompletionStage<ResponseEntity<String>> reload(@RequestParam String group) {
		return this.worker.getObject().reload(group).handle((result, ex) -> {
			if (result != null) {
				return text(result.id() + " " + result.outcome());
			}
			return ResponseEntity.status(HttpStatus.CONFLICT)
				.contentType(MediaType.TEXT_PLAIN)
				.body(String.valueOf(ex.getMessage()));
		});
	}

	// A figure of the application's own, which the master shows in its status.
	@PostMapping("/score")
	ResponseEntity<String> score(@RequestParam String name, @RequestParam double value) {
		try {
			this.worker.ifAvailable((worker) -> worker.score(name, value));
			return pid();
		}
		catch (IllegalArgumentException ex) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, ex.getMessage(), ex);
		}
	}

	// Answers, and then dies as a JVM does that nobody could warn.
	@PostMapping("/crash")
	void crash(HttpServletRequest request, HttpServletResponse response) throws IOException {
		// What is left unread makes the kernel reset the connection, and the answer is
		// lost.
		request.getInputStream().transferTo(OutputStream.nullOutputStream());
		byte[] body = "crashing\n".getBytes(StandardCharsets.US_ASCII);
		response.setContentType(MediaType.TEXT_PLAIN_VALUE);
		response.setContentLength(body.length);
		response.setHeader(HttpHeaders.CONNECTION, "close");
		response.getOutputStream().write(body);
		// Returns once the kernel has all of it, and the kernel outlives this JVM.
		response.flushBuffer();
		Runtime.getRuntime().halt(1);
	}

	private static ResponseEntity<String> text(String body) {
		return ResponseEntity.ok().contentType(MediaType.TEXT_PLAIN).body(body);
	}

	/**
	 * Who answers.
	 *
	 * @param group the worker's group, or {@code null} in the plain application
	 * @param index its slot, or {@code null}
	 * @param generation its generation, or {@code null}
	 * @param pid the process
	 */
	record WhoAmI(@Nullable String group, @Nullable Integer index, @Nullable Integer generation, long pid) {
	}

}
