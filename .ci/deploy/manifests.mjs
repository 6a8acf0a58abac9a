// Checks of Kubernetes manifests, without a cluster. Needs the npm packages kubernetes-models, typescript, yaml and ajv.
//   manifests.mjs types OUT.ts FILE...    validates them, and writes a program that compiles only when every
//                                         field exists and has its type
//   manifests.mjs same KUSTOMIZE HELM     exits 1 unless both have the same pod and the same settings
//   manifests.mjs values SCHEMA VALUES    exits 1 unless the values fit the schema
import { readFileSync, writeFileSync } from 'node:fs';
import { parseAllDocuments, parse } from 'yaml';

const documents = file => parseAllDocuments(readFileSync(file, 'utf8')).map(document => {
  if (document.errors.length) throw new Error(`${file}: ${document.errors[0].message}`);
  return document.toJS();
}).filter(Boolean);

// Of the Prometheus operator, whose types no package here has.
const serviceMonitor = `
interface ServiceMonitor {
  apiVersion: 'monitoring.coreos.com/v1'; kind: 'ServiceMonitor';
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  spec: {
    selector: { matchLabels?: Record<string, string> }; namespaceSelector?: { any?: boolean; matchNames?: string[] }; jobLabel?: string;
    endpoints: { port?: string; path?: string; interval?: string; scrapeTimeout?: string; scheme?: string; relabelings?: object[]; metricRelabelings?: object[] }[];
  };
}`;

async function types(out, files) {
  const lines = [serviceMonitor];
  for (const file of files)
    for (const [index, object] of documents(file).entries()) {
      if (object.kind !== 'ServiceMonitor') new (await import(`kubernetes-models/${object.apiVersion}`))[object.kind](object).validate();
      const type = object.kind === 'ServiceMonitor' ? 'ServiceMonitor' : `import('kubernetes-models/${object.apiVersion}').I${object.kind}`;
      lines.push(`// ${file} ${index}`, `{ const it: ${type} = ${JSON.stringify(object, null, 1)}; void it; }`);
    }
  writeFileSync(out, lines.join('\n') + '\nexport {};\n');
}

const sorted = value => Array.isArray(value) ? value.map(sorted)
  : value && typeof value === 'object' ? Object.fromEntries(Object.keys(value).sort().map(key => [key, sorted(value[key])]))
  : value;

function pods(file) {
  const all = documents(file);
  const set = all.find(object => object.kind === 'DaemonSet');
  const spec = set.spec.template.spec;
  const settings = all.find(object => object.kind === 'ConfigMap' && object.metadata.name === spec.containers[0].envFrom[0].configMapRef.name);
  if (!settings) throw new Error(`${file}: the pod's ConfigMap is missing`);
  // The name ends in a hash where kustomize generates it.
  spec.containers[0].envFrom[0].configMapRef.name = 'settings';
  return JSON.stringify(sorted({ spec, updateStrategy: set.spec.updateStrategy, settings: settings.data, priority: all.find(object => object.kind === 'PriorityClass') }, null, 1), null, 1)
    .replaceAll(/\n *"(helm.sh|app.kubernetes.io)\/[^\n]*/g, '');
}

const [verb, ...rest] = process.argv.slice(2);
if (verb === 'types') await types(rest[0], rest.slice(1));
else if (verb === 'same') {
  const [one, other] = rest.map(pods);
  if (one !== other) {
    const lines = other.split('\n');
    for (const [index, line] of one.split('\n').entries())
      if (line !== lines[index]) { console.error(`kustomize: ${line.trim()}\nhelm:      ${lines[index]?.trim()}`); break; }
    process.exit(1);
  }
} else if (verb === 'values') {
  const { default: Ajv } = await import('ajv');
  const validate = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(JSON.parse(readFileSync(rest[0], 'utf8')));
  if (!validate(parse(readFileSync(rest[1], 'utf8')))) {
    for (const error of validate.errors) console.error(`${error.instancePath || '/'} ${error.message} ${JSON.stringify(error.params)}`);
    process.exit(1);
  }
} else throw new Error(`unknown verb ${verb}`);
