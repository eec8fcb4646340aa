package io.pmboot.sample;

import java.util.stream.Collectors;

import io.pmboot.event.GiveupEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** A bean of the master: it names the profile, and hears the master's events. */
@Component
@Profile("master")
class GiveupLog {

	private static final Logger logger = LoggerFactory.getLogger(GiveupLog.class);

	@EventListener
	void gaveUp(GiveupEvent event) {
		logger.warn("Group {} gave up after {} fatal exits and pauses for {}: {}", event.group(),
				event.fatalExits().size(), event.pause(),
				event.fatalExits()
					.stream()
					.map((exit) -> "pid " + exit.worker().pid() + " " + exit.status())
					.collect(Collectors.joining(", ")));
	}

}
