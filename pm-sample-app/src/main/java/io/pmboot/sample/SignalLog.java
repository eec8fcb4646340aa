package io.pmboot.sample;

import io.pmboot.event.SignalEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Another bean of the master: it hears of the signals that the master acts upon. */
@Component
@Profile("master")
class SignalLog {

	private static final Logger logger = LoggerFactory.getLogger(SignalLog.class);

	@EventListener
	void received(SignalEvent event) {
		logger.info("The master received SIG{}", event.signal());
	}

}
