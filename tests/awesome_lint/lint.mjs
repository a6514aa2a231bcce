// Lints the files that are named, with the awesome-lint in the folder that is named first; prints what it says as JSON.
import process from 'node:process';
import path from 'node:path';
import {pathToFileURL} from 'node:url';

const [folder, ...files] = process.argv.slice(2);
const load = async name => (await import(pathToFileURL(path.join(folder, name)))).default;
const name = rule => rule.name.replace(/^remark-lint:/, '');

const found = {};
const lint = await load('index.js');
for (const file of files) {
	try {
		const [...read] = await lint({filename: file});
		found[file] = {said: read.flatMap(one => one.messages.map(said => [said.line ?? 1, said.ruleId]))};
	} catch (error) {
		found[file] = {error: String(error.reason ?? error.message)};
	}
}

const own = [await load('rules/code-of-conduct.js'), await load('rules/git-repo-age.js')];
const plugins = (await load('config.js')).map(item => Array.isArray(item) ? item[0] : item);
console.log(JSON.stringify({found, plugins: plugins.map(plugin => name(plugin)), own: own.map(rule => name(rule))}));
