package io.pmboot.ui;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * An application with something to serve.
 */
@RestController
@SpringBootApplication
public class UiApplication {

	public static void main(String[] args) {
		SpringApplication.run(UiApplication.class, args);
	}

	@GetMapping(path = "/**", produces = MediaType.TEXT_PLAIN_VALUE)
	String uri(HttpServletRequest request) {
		return request.getRequestURI();
	}

}
