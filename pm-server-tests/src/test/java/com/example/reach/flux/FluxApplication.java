package com.example.reach.flux;

import com.example.reach.Loud;
import reactor.core.publisher.Mono;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** On the reactive stack. */
@SpringBootApplication
@RestController
public class FluxApplication {

	@Bean
	Loud loud() {
		return new Loud();
	}

	@GetMapping("/hello")
	Mono<String> hello() {
		return Mono.just("hello");
	}

	public static void main(String[] args) {
		SpringApplication.run(FluxApplication.class, args);
	}

}
