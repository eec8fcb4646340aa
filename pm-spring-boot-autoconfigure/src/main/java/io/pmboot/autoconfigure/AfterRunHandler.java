package io.pmboot.autoconfigure;

import java.lang.Thread.UncaughtExceptionHandler;

import io.pmboot.process.JvmExit;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalysisReporter;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;

/**
 * Ends a master whose {@code main} asks, once it runs, for a bean that no master has: it
 * would do so at each start, and what comes after it would never be done.
 */
class AfterRunHandler implements ApplicationListener<ApplicationReadyEvent> {

	private final ApplicationContext context;

	private final MissingMasterBeanFailureAnalyzer analyzer;

	private final FailureAnalysisReporter reporter;

	private final JvmExit exit;

	AfterRunHandler(ApplicationContext context, MissingMasterBeanFailureAnalyzer analyzer,
			FailureAnalysisReporter reporter, JvmExit exit) {
		this.context = context;
		this.analyzer = analyzer;
		this.reporter = reporter;
		this.exit = exit;
	}

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
		FailureAnalysis analysis = this.analyzer.analyze(failure);
		if (analysis == null) {
			previous.uncaughtException(thread, failure);
			return;
		}
		this.reporter.report(analysis);
		this.exit.exit(1);
	}

}
