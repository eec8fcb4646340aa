package com.example.reach.family;

import com.example.reach.Loud;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the parent context has. */
@Configuration(proxyBeanMethods = false)
public class ParentConfiguration {

	@Bean
	String greeting() {
		return "hello";
	}

	@Bean
	Loud loud() {
		return new Loud();
	}

}
