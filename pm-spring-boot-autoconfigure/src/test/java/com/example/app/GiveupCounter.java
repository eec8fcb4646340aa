package com.example.app;

import io.pmboot.event.GiveupEvent;
import io.pmboot.event.WorkerReadyEvent;

import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Listens for the master's events in the wrong place.
 */
@Component
class GiveupCounter implements ApplicationListener<PayloadApplicationEvent<WorkerReadyEvent>> {

	@EventListener
	void onGiveup(GiveupEvent event) {
	}

	@EventListener
	void onEverything(Object event) {
	}

	@EventListener
	void onClose(ContextClosedEvent event) {
	}

	@Override
	public void onApplicationEvent(PayloadApplicationEvent<WorkerReadyEvent> event) {
	}

}
