#!/usr/bin/env bash
# Speak, mix, encode and train, all in one folder: make.sh FOLDER. What is there already stays.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
mkdir -p "$1"
if [ ! -d "$1/package/voices" ]; then
  (cd "$1" && npm pack --silent kokoro-js@1.2.1 && tar -xzf kokoro-js-1.2.1.tgz package/voices)
fi
export PYTHONPATH="$here/../../benchmarks" OMP_NUM_THREADS=1 KOKORO_VOICES="$1/package/voices"
python "$here/speak.py" "$1/voices"
python "$here/encode.py" "$1/voices" "$1/takes" train 560
python "$here/encode.py" "$1/voices" "$1/takes" dev 24
python "$here/encode.py" "$1/voices" "$1/takes" test 48
python "$here/train.py" "$1/takes"
python "$here/speak.py" "$1/ordinary-voices" ordinary
python "$here/encode.py" "$1/ordinary-voices" "$1/ordinary" ordinary 72
