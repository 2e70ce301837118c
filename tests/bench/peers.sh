# SPDX-License-Identifier: Apache-2.0
# Sourced by bench.sh: lint beside linters that people have, on the same files. They check less:
# yamllint the style of YAML, the others one document at a time against schema/json.
ajv=ajv-cli@5.0.0
sourcemeta=@sourcemeta/jsonschema@16.11.0
peers=$B/peers
bin=$peers/node_modules/.bin

# What npm gives goes below build/, once.
npm_has() { [ -f "$peers/node_modules/${1%@*}/package.json" ]; }
npm_get() {
	npm_has "$1" && return 0
	command -v npm >/dev/null || sh tests/deps.sh "" npm >/dev/null 2>&1
	command -v npm >/dev/null || return 1
	npm install --prefix "$peers" --no-audit --no-fund --silent "$1" >/dev/null 2>&1
	npm_has "$1"
}

mkdir -p "$T/tenth/tenants"
cp -r "$T/repo/tenants/t000"* "$T/repo/tenants/t001"* "$T/tenth/tenants"
set -- "libyaml, all events, nothing else (the floor)" 3 1 "$T/yaml_floor 1 $T/repo" \
	"apnsctl lint" 3 1 "$B/apnsctl lint $T/repo"
missing=""
if npm_get "$sourcemeta"; then
	set -- "$@" "$sourcemeta (npm)" 3 1 \
		"$bin/jsonschema validate schema/json/apnsctl.json $T/repo --extension .yaml"
else
	missing="$missing $sourcemeta"
fi
if npm_get "$ajv"; then # it looks for the files itself: ten thousand names fit in no command line
	set -- "$@" "$ajv (npm)" 3 1 \
		"$bin/ajv validate --spec=draft7 --strict=false -s schema/json/apnsctl.json -d '$T/repo/**/*.yaml'"
else
	missing="$missing $ajv"
fi
set -- "$@" "yamllint $(dpkg-query -W -f '${Version}' yamllint) (Debian), a tenth, once, x 10" 1 0.1 \
	"yamllint -d relaxed $T/tenth"
echo "Linters, $(find "$T/repo" -name '*.yaml' | wc -l) files of a work tree:"
python3 "$here/peers.py" "$@"
for p in $missing; do
	echo "$p: not measured, npm can not be had or does not reach its registry"
done
