package com.example.needy;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.ContextRefreshedEvent;

/**
 * An application that uses a bean of its own where that is none: by an initializer, or in
 * main once it runs.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class NeedyApplication {

	public static void main(String[] args) {
		SpringApplication application = new SpringApplication(NeedyApplication.class);
		if (Boolean.getBoolean("needy.initializer")) {
			application.addInitializers(NeedyApplication::initialize);
		}
		application.run(args).getBean(Catalogue.class);
	}

	private static void initialize(ConfigurableApplicationContext context) {
		ApplicationListener<ContextRefreshedEvent> listener = (event) -> context.getBean(Catalogue.class);
		context.addApplicationListener(listener);
	}

	@Bean
	Catalogue catalogue() {
		return new Catalogue();
	}

	static class Catalogue {

	}

}
