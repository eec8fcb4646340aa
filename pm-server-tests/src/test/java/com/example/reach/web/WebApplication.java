package com.example.reach.web;

import com.example.reach.Loud;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A plain web application. */
@SpringBootApplication
@RestController
public class WebApplication {

	@Bean
	Loud loud() {
		return new Loud();
	}

	@GetMapping("/hello")
	String hello() {
		return "hello";
	}

	public static void main(String[] args) {
		SpringApplication.run(WebApplication.class, args);
	}

}
