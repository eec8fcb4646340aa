package io.pmboot.command;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows whose cells stand below each other, those of numbers to the right.
 */
final class Table {

	/** How the header of a column of numbers begins. */
	static final String NUMBER = ">";

	private static final String NONE = "-";

	private final List<List<String>> rows = new ArrayList<>();

	private final List<Boolean> numbers = new ArrayList<>();

	Table(String... headers) {
		List<String> row = new ArrayList<>();
		for (String header : headers) {
			boolean number = header.startsWith(NUMBER);
			this.numbers.add(number);
			row.add(number ? header.substring(NUMBER.length()) : header);
		}
		this.rows.add(row);
	}

	/** A row of as many cells as there are headers; an empty one shows a dash. */
	void row(String... cells) {
		List<String> row = new ArrayList<>();
		for (String cell : cells) {
			row.add(cell.isEmpty() ? NONE : Terminal.plain(cell).replace('\n', ' ').replace('\t', ' '));
		}
		this.rows.add(row);
	}

	List<String> lines(Terminal terminal) {
		return this.rows.stream().map((row) -> line(row, terminal)).toList();
	}

	private String line(List<String> row, Terminal terminal) {
		StringBuilder line = new StringBuilder();
		for (int column = 0; column < row.size(); column++) {
			String cell = row.get(column);
			if (column == row.size() - 1) {
				line.append(cell.equals(NONE) ? "" : cell);
				break;
			}
			String blanks = " ".repeat(width(column) - cell.length());
			line.append(terminal.colour(cell, this.numbers.get(column) ? blanks + cell : cell + blanks)).append("  ");
		}
		return line.toString().stripTrailing();
	}

	private int width(int column) {
		return this.rows.stream().mapToInt((row) -> row.get(column).length()).max().orElse(0);
	}

}
