package com.example.reach.xml;

import java.util.Set;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportResource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Beans from XML: a source of the application, and a file that is imported. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@ImportResource("classpath:reach-imported.xml")
public class XmlApplication {

	public static void main(String[] args) {
		SpringApplication application = new SpringApplication(XmlApplication.class);
		application.setSources(Set.of("classpath:reach-beans.xml"));
		application.run(args);
	}

	/** Greets. */
	@RestController
	public static class Greeter {

		private String greeting = "";

		public void setGreeting(String greeting) {
			this.greeting = greeting;
		}

		@GetMapping("/hello")
		String hello() {
			return this.greeting;
		}

	}

}
