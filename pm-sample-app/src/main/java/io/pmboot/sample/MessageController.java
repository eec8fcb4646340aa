package io.pmboot.sample;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.pmboot.Delivery;
import io.pmboot.Worker;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Sends a message to other workers, and shows those that arrived here. */
@RestController
class MessageController {

	private final ObjectProvider<Worker> worker;

	private final MessageLog log;

	MessageController(ObjectProvider<Worker> worker, MessageLog log) {
		this.worker = worker;
		this.log = log;
	}

	@PostMapping("/messages/{group}")
	CompletableFuture<Delivery> send(@PathVariable String group, @RequestParam @Nullable Integer index,
			@RequestBody(required = false) @Nullable String body) {
		Worker worker = this.worker.getIfAvailable();
		if (worker == null) {
			throw new ResponseStatusException(HttpStatus.CONFLICT, "Only a worker can send messages");
		}
		String text = (body != null) ? body : "";
		return (index != null) ? worker.send(group, index, text) : worker.send(group, text);
	}

	@GetMapping("/messages")
	List<MessageLog.Entry> received() {
		return this.log.entries();
	}

}
