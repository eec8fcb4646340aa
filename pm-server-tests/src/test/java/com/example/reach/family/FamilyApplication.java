package com.example.reach.family;

import com.example.reach.Loud;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The child of another context. */
@EnableAutoConfiguration
@RestController
public class FamilyApplication {

	private final ObjectProvider<String> greeting;

	public FamilyApplication(ObjectProvider<String> greeting) {
		this.greeting = greeting;
	}

	@Bean
	static Loud loudChild() {
		return new Loud();
	}

	@GetMapping("/hello")
	String hello() {
		return this.greeting.getObject();
	}

	public static void main(String[] args) {
		new SpringApplicationBuilder(ParentConfiguration.class).web(WebApplicationType.NONE)
			.child(FamilyApplication.class)
			.web(WebApplicationType.SERVLET)
			.run(args);
	}

}
