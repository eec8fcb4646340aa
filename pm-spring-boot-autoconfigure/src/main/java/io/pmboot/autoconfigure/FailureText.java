package io.pmboot.autoconfigure;

import java.util.List;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

/**
 * Says of a failure at run time what Boot would say if it ended a start.
 */
final class FailureText {

	private final BeanFactory beans;

	private final Environment environment;

	FailureText(BeanFactory beans, Environment environment) {
		this.beans = beans;
		this.environment = environment;
	}

	String of(Throwable failure) {
		for (FailureAnalyzer analyzer : analyzers()) {
			FailureAnalysis analysis = analyzer.analyze(failure);
			if (analysis != null) {
				String action = analysis.getAction();
				return (action != null && !action.isBlank()) ? analysis.getDescription() + "\n" + action
						: analysis.getDescription();
			}
		}
		return failure.toString();
	}

	private List<FailureAnalyzer> analyzers() {
		// As Boot does, passes over those whose library is not there.
		return SpringFactoriesLoader.forDefaultResourceLocation(getClass().getClassLoader())
			.load(FailureAnalyzer.class,
					ArgumentResolver.of(BeanFactory.class, this.beans).and(Environment.class, this.environment),
					FailureHandler.handleMessage((message, ex) -> {
					}));
	}

}
