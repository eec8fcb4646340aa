package com.example.line;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;

import io.pmboot.Connection;
import io.pmboot.ConnectionHandler;
import io.pmboot.Worker;
import io.pmboot.event.ListenEvent;
import io.pmboot.event.WorkerDrainingEvent;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;

/**
 * An application that speaks lines: by a handler, by accepting itself, or not at all,
 * depending on its profile.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class LineApplication {

	public static void main(String[] args) {
		SpringApplication.run(LineApplication.class, args);
	}

	@Bean
	@Profile("handler")
	ConnectionHandler lines(Worker worker) {
		return (connection) -> handle(connection, worker);
	}

	private static void handle(Connection connection, Worker worker) throws IOException {
		Socket socket = connection.channel().socket();
		BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
		PrintWriter out = new PrintWriter(socket.getOutputStream(), true, StandardCharsets.UTF_8);
		connection.onDrain(() -> out.println("goodbye"));
		for (String line = in.readLine(); line != null; line = in.readLine()) {
			out.println(line);
			if (line.equals("disconnect")) {
				worker.disconnect();
				worker.disconnect();
			}
		}
	}

	@Bean
	@Profile("taker")
	ApplicationRunner taker(Worker worker) {
		return (arguments) -> worker.listeners().thenAccept(LineApplication::accept);
	}

	private static void accept(List<ServerSocketChannel> listeners) {
		try {
			while (true) {
				try (SocketChannel connection = listeners.get(0).accept()) {
					connection.socket().getOutputStream().write("taken\n".getBytes(StandardCharsets.US_ASCII));
				}
			}
		}
		catch (IOException ex) {
			System.out.println("accept ended by " + ex);
		}
	}

	/** Others, which nobody is to serve: alone, below this one, and one that fails. */
	@Bean
	@Profile("nested")
	ApplicationRunner nested(ConfigurableApplicationContext context) {
		run(new SpringApplicationBuilder(Nested.class));
		run(new SpringApplicationBuilder(Nested.class).parent(context));
		try {
			run(new SpringApplicationBuilder(Nested.class).initializers((other) -> {
				throw new IllegalStateException("no luck");
			}));
		}
		catch (IllegalStateException ex) {
			System.out.println("got over it");
		}
		return (arguments) -> run(new SpringApplicationBuilder(LineApplication.class));
	}

	private static void run(SpringApplicationBuilder builder) {
		builder.web(WebApplicationType.NONE).run("--spring.profiles.active=worker,web").close();
	}

	@EventListener
	void on(ListenEvent event) {
		System.out.println(event);
	}

	@EventListener
	void on(WorkerDrainingEvent event) {
		System.out.println(event);
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Nested {

	}

}
