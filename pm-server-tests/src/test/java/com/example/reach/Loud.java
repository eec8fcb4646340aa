package com.example.reach;

/** A bean that says in which process it is made. */
public class Loud {

	public Loud() {
		System.out.println("A bean of the application in " + ProcessHandle.current().pid());
	}

}
