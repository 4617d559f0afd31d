#!/usr/bin/env bash
# Looks at the machine code of programs for x86-64: wider vectors stand only in functions that are made for processors that
# have them, these have them whatever the compiler, and what computes in float32 has no instruction of bfloat16.
# Usage: instructions_test.sh PROGRAM...
set -euo pipefail
[ "$(uname -m)" = x86_64 ] || { echo "SKIPPED: for x86-64"; exit 0; }
objdump --disassemble --demangle --no-show-raw-insn "$@" | awk -F '\t' '
  function fault(what) { print name ": " what; ++faults }
  function finish() {
    if (name == "") return
    is_clone = name ~ /\.(arch_x86_64_v[34]|avx2|avx512bw)/
    if (uses_vex && !is_clone && name !~ /margay::fused::|margay::image::.*avx2/)
      fault("has instructions of AVX, which not every processor has: " example)
    if (is_clone) ++clones
    if (is_clone && widest > 128) ++wide_clones
    if (name ~ /margay::fused::/ && widest == 512) ++wide_kernels
    if (uses_bfloat16 && (name ~ /unsigned int|FloatsOf16/) && name !~ /unsigned short|BrainsOf/)
      fault("computes in float32 and has an instruction of bfloat16")
    if (uses_bfloat16) ++bfloat16_kernels
  }
  /^[0-9a-f]+ <.*>:$/ {
    finish()
    name = $0; sub(/^[0-9a-f]+ </, "", name); sub(/>:$/, "", name)
    uses_vex = uses_bfloat16 = widest = 0
    next
  }
  NF > 1 {
    if ($2 ~ /^v/ && $2 !~ /^ver[rw]/) { uses_vex = 1; example = $2; if (widest < 128) widest = 128 }
    if ($2 ~ /^[a-z0-9]*bf16/) uses_bfloat16 = 1  # the name alone: addresses are bf160, too
    if ($2 ~ /%ymm/ && widest < 256) widest = 256
    if ($2 ~ /%zmm/) widest = 512
  }
  END {
    finish()
    printf "%d functions with 512 bits, %d with bfloat16; %d of %d clones use wider vectors\n", wide_kernels, bfloat16_kernels, wide_clones, clones
    if (wide_kernels < 50 || bfloat16_kernels < 20 || clones < 20 || wide_clones < clones * 0.8) {
      print "vectors that the compiler should have made are missing"; ++faults
    }
    exit faults > 0
  }'
