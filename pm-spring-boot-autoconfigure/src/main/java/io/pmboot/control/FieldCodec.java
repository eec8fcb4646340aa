package io.pmboot.control;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.DecoderException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.core.Nullness;
import org.springframework.core.ResolvableType;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * How the values of one type travel: a record as its components, in order, a list or map
 * behind the number of its entries, a constant by its name, and what may be null behind a
 * byte that says whether it is there. Every length is checked against what is left before
 * anything is allocated; whatever does not fit is a {@link CorruptedFrameException}.
 *
 * @param <T> the type
 * @param leastBytes how many bytes a value takes at least
 * @param reader reads a value, of which so many bytes are there
 * @param writer writes a value
 */
record FieldCodec<T extends @Nullable Object>(int leastBytes, Function<ByteBuf, T> reader,
		BiConsumer<ByteBuf, T> writer) {

	private static final FieldCodec<Integer> INT = new FieldCodec<>(Integer.BYTES, ByteBuf::readInt, ByteBuf::writeInt);

	private static final FieldCodec<Long> LONG = new FieldCodec<>(Long.BYTES, ByteBuf::readLong, ByteBuf::writeLong);

	private static final FieldCodec<String> STRING = new FieldCodec<>(Integer.BYTES, FieldCodec::readString,
			FieldCodec::writeString);

	private static final FieldCodec<ByteBuf> PAYLOAD = new FieldCodec<>(Integer.BYTES, FieldCodec::readPayload,
			FieldCodec::writePayload);

	private static final Map<Class<?>, FieldCodec<?>> KNOWN = Map.of(Boolean.class,
			new FieldCodec<>(1, ByteBuf::readBoolean, ByteBuf::writeBoolean), Integer.class, INT, Long.class, LONG,
			Double.class, new FieldCodec<>(Double.BYTES, ByteBuf::readDouble, ByteBuf::writeDouble), String.class,
			STRING, Duration.class,
			new FieldCodec<>(Long.BYTES + Integer.BYTES, FieldCodec::readDuration, FieldCodec::writeDuration),
			ByteBuf.class, PAYLOAD, Frame.Post.class, new FieldCodec<>(0, FieldCodec::readPost, FieldCodec::writePost),
			Frame.Deliver.class, new FieldCodec<>(0, FieldCodec::readDeliver, FieldCodec::writeDeliver));

	T read(ByteBuf in) {
		check(this.leastBytes, in);
		return this.reader.apply(in);
	}

	void write(@Nullable T value, ByteBuf out) {
		this.writer.accept(out, value);
	}

	private static <R> FieldCodec<R> ofRecord(Class<R> type) {
		RecordComponent[] components = type.getRecordComponents();
		List<FieldCodec<Object>> fields = Arrays.stream(components).map(FieldCodec::ofComponent).toList();
		boolean appended = components.length > 0
				&& components[components.length - 1].isAnnotationPresent(FrameType.Appended.class);
		int sure = fields.size() - (appended ? 1 : 0);
		Constructor<R> constructor = BeanUtils.getResolvableConstructor(type);
		return new FieldCodec<>(fields.stream().limit(sure).mapToInt(FieldCodec::leastBytes).sum(), (in) -> {
			Object[] values = new Object[fields.size()];
			for (int i = 0; i < values.length; i++) {
				values[i] = (i < sure || in.isReadable()) ? fields.get(i).read(in) : List.of();
			}
			return create(constructor, values);
		}, (out, value) -> {
			for (int i = 0; i < components.length; i++) {
				fields.get(i).write(ReflectionUtils.invokeMethod(components[i].getAccessor(), value), out);
			}
		});
	}

	private static <R> R create(Constructor<R> constructor, Object[] values) {
		try {
			return constructor.newInstance(values);
		}
		catch (InvocationTargetException ex) {
			throw new CorruptedFrameException(ex.getCause());
		}
		catch (ReflectiveOperationException ex) {
			throw new DecoderException(ex);
		}
	}

	@SuppressWarnings("unchecked")
	private static FieldCodec<Object> ofComponent(RecordComponent component) {
		Method accessor = component.getAccessor();
		FieldCodec<?> field = of(ResolvableType.forMethodReturnType(accessor));
		boolean nullable = Nullness.forMethodReturnType(accessor) == Nullness.NULLABLE;
		return (FieldCodec<Object>) (nullable ? optional(field) : field);
	}

	static FieldCodec<?> of(ResolvableType type) {
		Class<?> plain = ClassUtils.resolvePrimitiveIfNecessary(type.toClass());
		FieldCodec<?> known = KNOWN.get(plain);
		if (known != null) {
			return known;
		}
		if (plain == List.class) {
			return listOf(of(type.getGeneric()));
		}
		if (plain == Map.class) {
			return mapOf(of(type.getGeneric(0)), of(type.getGeneric(1)));
		}
		if (plain.isRecord()) {
			return ofRecord(plain);
		}
		Assert.state(plain.isEnum(), () -> "No frame can have a field of " + plain);
		return ofConstant(plain);
	}

	private static <T> FieldCodec<@Nullable T> optional(FieldCodec<T> field) {
		return new FieldCodec<>(1, (in) -> in.readBoolean() ? field.read(in) : null, (out, value) -> {
			out.writeBoolean(value != null);
			if (value != null) {
				field.write(value, out);
			}
		});
	}

	private static <E> FieldCodec<List<E>> listOf(FieldCodec<E> entry) {
		return new FieldCodec<>(Integer.BYTES, (in) -> {
			int count = in.readInt();
			// A false count is not to make a huge list.
			if (count < 0 || (long) count * entry.leastBytes > in.readableBytes()) {
				throw new CorruptedFrameException("a list of %d entries does not fit".formatted(count));
			}
			List<E> list = new ArrayList<>(count);
			for (int i = 0; i < count; i++) {
				list.add(entry.read(in));
			}
			return list;
		}, (out, list) -> {
			out.writeInt(list.size());
			list.forEach((each) -> entry.write(each, out));
		});
	}

	private static <K, V> FieldCodec<Map<K, V>> mapOf(FieldCodec<K> key, FieldCodec<V> value) {
		FieldCodec<List<Map.Entry<K, V>>> entries = listOf(new FieldCodec<>(key.leastBytes + value.leastBytes,
				(in) -> Map.entry(key.read(in), value.read(in)), (out, entry) -> {
					key.write(entry.getKey(), out);
					value.write(entry.getValue(), out);
				}));
		return new FieldCodec<>(Integer.BYTES, (in) -> {
			Map<K, V> map = new HashMap<>();
			entries.read(in).forEach((entry) -> map.put(entry.getKey(), entry.getValue()));
			return map;
		}, (out, map) -> entries.write(List.copyOf(map.entrySet()), out));
	}

	// By its name, so that the order of the constants is free to change.
	private static FieldCodec<Object> ofConstant(Class<?> type) {
		return new FieldCodec<>(Integer.BYTES, (in) -> {
			String name = readString(in);
			return Arrays.<Object>stream(type.getEnumConstants())
				.filter((constant) -> ((Enum<?>) constant).name().equals(name))
				.findFirst()
				.orElseThrow(() -> new CorruptedFrameException(
						"a %s of %d characters is unknown".formatted(type.getSimpleName(), name.length())));
		}, (out, constant) -> writeString(out, ((Enum<?>) constant).name()));
	}

	private static String readString(ByteBuf in) {
		return in.readCharSequence(readLength(in), StandardCharsets.UTF_8).toString();
	}

	private static void writeString(ByteBuf out, String text) {
		out.writeInt(ByteBufUtil.utf8Bytes(text));
		ByteBufUtil.writeUtf8(out, text);
	}

	private static Duration readDuration(ByteBuf in) {
		long seconds = in.readLong();
		int nanos = in.readInt();
		if (seconds < 0 || nanos < 0 || nanos > 999_999_999) {
			throw new CorruptedFrameException("%d s and %d ns is no duration".formatted(seconds, nanos));
		}
		return Duration.ofSeconds(seconds, nanos);
	}

	private static void writeDuration(ByteBuf out, Duration duration) {
		out.writeLong(duration.getSeconds()).writeInt(duration.getNano());
	}

	// Retained: whoever reads it releases it.
	private static ByteBuf readPayload(ByteBuf in) {
		return in.readRetainedSlice(readLength(in));
	}

	private static void writePayload(ByteBuf out, ByteBuf payload) {
		out.writeInt(payload.readableBytes());
		out.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
	}

	// Post and Deliver make up a message of the application: by hand, which saves a tenth
	// of what it costs.
	private static Frame.Post readPost(ByteBuf in) {
		return new Frame.Post(LONG.read(in), STRING.read(in), INT.read(in), PAYLOAD.read(in));
	}

	private static void writePost(ByteBuf out, Frame.Post post) {
		out.writeLong(post.id());
		writeString(out, post.group());
		out.writeInt(post.index());
		writePayload(out, post.payload());
	}

	private static Frame.Deliver readDeliver(ByteBuf in) {
		return new Frame.Deliver(LONG.read(in), STRING.read(in), INT.read(in), LONG.read(in), PAYLOAD.read(in));
	}

	private static void writeDeliver(ByteBuf out, Frame.Deliver deliver) {
		out.writeLong(deliver.sequence());
		writeString(out, deliver.group());
		out.writeInt(deliver.index()).writeLong(deliver.pid());
		writePayload(out, deliver.payload());
	}

	private static int readLength(ByteBuf in) {
		int length = in.readInt();
		check(length, in);
		return length;
	}

	private static void check(int length, ByteBuf in) {
		if (length < 0 || length > in.readableBytes()) {
			throw new CorruptedFrameException(
					"a field of %d bytes where %d are left".formatted(length, in.readableBytes()));
		}
	}

}
