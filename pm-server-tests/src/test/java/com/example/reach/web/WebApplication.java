package com.example.reach.web;

import com.example.reach.Loud;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A plain web application. */
@SpringBootApplication
@RestController
public class WebApplication {

	private final ObjectProvider<Loud> loud;

	public WebApplication(ObjectProvider<Loud> loud) {
		this.loud = loud;
	}

	@Bean
	static Loud loud() {
		return new Loud();
	}

	// Makes the bean, at the latest.
	@GetMapping("/hello")
	String hello() {
		return (this.loud.getIfAvailable() != null) ? "hello" : "";
	}

	public static void main(String[] args) {
		SpringApplication.run(WebApplication.class, args);
	}

}
