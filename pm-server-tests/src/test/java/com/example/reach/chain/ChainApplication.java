package com.example.reach.chain;

import com.example.reach.Loud;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** With Spring Security, and a filter chain of its own. */
@SpringBootApplication
@RestController
public class ChainApplication {

	@Bean
	Loud loud() {
		return new Loud();
	}

	@Bean
	SecurityFilterChain chain(HttpSecurity http) {
		return http
			.authorizeHttpRequests((requests) -> requests.requestMatchers("/hello").permitAll().anyRequest().denyAll())
			.build();
	}

	@GetMapping("/hello")
	String hello() {
		return "hello";
	}

	public static void main(String[] args) {
		SpringApplication.run(ChainApplication.class, args);
	}

}
