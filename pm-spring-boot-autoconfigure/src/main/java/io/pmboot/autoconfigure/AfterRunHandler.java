package io.pmboot.autoconfigure;

import java.lang.Thread.UncaughtExceptionHandler;

import io.pmboot.process.JvmExit;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.LoggingFailureAnalysisReporter;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Ends a master whose {@code main} asks, once it runs, for a bean that no master has: it
 * would do so at each start, and what comes after it would never be done.
 *
 * @param context the master's context
 */
record AfterRunHandler(ConfigurableApplicationContext context) implements ApplicationListener<ApplicationReadyEvent> {

	// On the thread that goes on in main.
	@Override
	public void onApplicationEvent(ApplicationReadyEvent event) {
		if (event.getApplicationContext() == this.context) {
			Thread thread = Thread.currentThread();
			UncaughtExceptionHandler previous = thread.getUncaughtExceptionHandler();
			thread.setUncaughtExceptionHandler((ended, failure) -> handle(ended, failure, previous));
		}
	}

	private void handle(Thread thread, Throwable failure, UncaughtExceptionHandler previous) {
		FailureAnalysis analysis = new MissingMasterBeanFailureAnalyzer(this.context.getBeanFactory(),
				this.context.getEnvironment())
			.analyze(failure);
		if (analysis == null) {
			previous.uncaughtException(thread, failure);
			return;
		}
		new LoggingFailureAnalysisReporter().report(analysis);
		new JvmExit().exit(1);
	}

}
