package io.pmboot.benchmark;

import io.pmboot.event.MessageEvent;

import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** The worker that receives. */
@Component
@Profile("sink")
class Sink {

	private long characters;

	@EventListener
	void on(MessageEvent event) {
		this.characters += event.payload(String.class).length();
	}

	@Override
	public String toString() {
		return "Received %d characters".formatted(this.characters);
	}

}
