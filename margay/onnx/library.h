// The ONNX library's headers, with the macros that Debian built it with: included by the sources of onnx/
// alone.
#pragma once

#ifndef ONNX_ML
#define ONNX_ML 1
#endif
#ifndef ONNX_NAMESPACE
#define ONNX_NAMESPACE onnx
#endif
#include <onnx/checker.h>
#include <onnx/onnx_pb.h>
