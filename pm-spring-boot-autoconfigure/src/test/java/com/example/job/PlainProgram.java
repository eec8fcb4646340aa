package com.example.job;

import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A program that knows nothing of Spring: it ends, or it does not. */
public final class PlainProgram {

	private PlainProgram() {
	}

	public static void main(String[] args) throws InterruptedException {
		System.out.println("plain program " + System.getenv("PM_WORKER_GROUP"));
		if (List.of(args).contains("--live")) {
			new CountDownLatch(1).await();
		}
	}

}
