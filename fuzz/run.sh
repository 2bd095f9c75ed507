#!/bin/sh
# Usage: run.sh HARNESS SOURCE_FOLDER NAME [LIBFUZZER_OPTION]...
# Runs a libFuzzer harness over its kept inputs, then for a bounded while on a copy of its corpus.
# Nothing is written to the source folder; an input that fails is kept in the working folder.
set -eu
harness=$1 source=$2 name=$3
shift 3

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/kept" "$scratch/corpus"
cp -R "$source/corpus/$name/." "$scratch/corpus"
cp -R "$source/corpus/$name/." "$source/regression/$name/." "$scratch/kept"

"$harness" -runs=0 -artifact_prefix="fuzz-$name-" "$scratch/kept"
"$harness" -runs=200000 -max_len=4096 -seed=1 -dict="$source/$name.dict" -timeout=20 \
    -artifact_prefix="fuzz-$name-" -print_final_stats=1 "$@" "$scratch/corpus"
