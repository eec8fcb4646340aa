package io.pmboot.sample;

import io.pmboot.Worker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * Another main class of the sample, without its web application: a group runs it by
 * {@code pm.groups.<name>.main-class}.
 */
@EnableAutoConfiguration
public class Importer {

	private static final Logger logger = LoggerFactory.getLogger(Importer.class);

	public static void main(String[] args) {
		SpringApplication application = new SpringApplication(Importer.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.run(args);
	}

	@Bean
	ApplicationRunner greeting(ObjectProvider<Worker> worker) {
		return (arguments) -> worker
			.ifAvailable((self) -> logger.info("Importer runs as {}-{}", self.group(), self.index()));
	}

}
