// Node's own IPC: a parent that relays messages between its two children, as the original does.
const { fork } = require('child_process');
const payload = 'x'.repeat(100);

if (process.argv[2] === 'source') {
	let ends = null;
	process.on('message', (message) => {
		if (message.go) {
			const [mode, count] = message.go;
			const begin = process.hrtime.bigint();
			let next = 0;
			const done = () => process.send({ result: count * 1e9 / Number(process.hrtime.bigint() - begin) });
			if (mode === 'stream') {
				ends = done;
				const step = () => {
					for (let i = 0; i < 1000 && next < count; i++) {
						next++;
						process.send({ to: 'sink', text: payload, last: next === count });
					}
					if (next < count) {
						setImmediate(step);
					}
				};
				step();
			}
			else {
				ends = () => {
					if (++next === count) {
						done();
					}
					else {
						process.send({ to: 'sink', text: payload, last: true });
					}
				};
				process.send({ to: 'sink', text: payload, last: true });
			}
		}
		else {
			ends();
		}
	});
}
else if (process.argv[2] === 'sink') {
	process.on('message', (message) => {
		if (message.last) {
			process.send({ to: 'source' });
		}
	});
}
else {
	const [mode, count] = [process.argv[2].slice(4), Number(process.argv[3])];
	const workers = { source: fork(__filename, ['source']), sink: fork(__filename, ['sink']) };
	for (const worker of Object.values(workers)) {
		worker.on('message', (message) => {
			if (message.to) {
				workers[message.to].send(message);
			}
			else {
				console.log(Math.round(message.result));
				Object.values(workers).forEach((each) => each.kill());
				process.exit();
			}
		});
	}
	workers.source.send({ go: [mode, count] });
}
