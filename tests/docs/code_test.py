"""The C++ that the pages show compiles against the public headers: code_test.py SOURCE COMPILER.

What a page shows is one program; the two parts of README stand by themselves."""
import pathlib
import re
import subprocess
import sys

source, compiler = pathlib.Path(sys.argv[1]), sys.argv[2]
failed = False
for page, is_one in (("README.md", False), ("docs/index.md", True), ("docs/from-keras.md", True)):
    blocks = re.findall(r"```cpp\n(.*?)```", (source / page).read_text(), re.S)
    assert blocks, f"{page} shows no C++"
    text = "".join(blocks)
    includes = "\n".join(re.findall(r"^#include .*$", text, re.M))
    parts = [re.sub(r"^#include .*$", "", block, flags=re.M) for block in blocks]
    if "int main(" not in text:
        parts = ["\n".join(parts)] if is_one else parts
        parts = [f"void part_{i}() {{\n{part}\n}}\n" for i, part in enumerate(parts)]
    program = "\n".join(["#include <cstdio>", '#include "margay/predict.h"', '#include "margay/train.h"', includes, *parts])
    done = subprocess.run([compiler, "-std=c++20", "-fsyntax-only", f"-I{source}", "-x", "c++", "-"], input=program,
                          text=True, capture_output=True)
    if done.returncode:
        failed = True
        print(f"{page}: its C++ does not compile:\n{done.stderr}")
sys.exit(failed)
