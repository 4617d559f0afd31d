// Asks about pixels as a camera leaves them in memory, BGR with gaps between the rows: camera_buffer MODEL
#include <cstdint>
#include <cstdio>
#include <vector>

#include "margay/predict.h"

/// What a driver hands over: rows begin at multiples of 64 bytes.
struct Frame {
  int width = 641, height = 480;
  int stride_bytes = 1984;
  std::vector<uint8_t> bgr = std::vector<uint8_t>(static_cast<size_t>(stride_bytes) * height);
};

/// Stands for the driver: an orange disc before blue.
Frame grab() {
  Frame frame;
  for (int y = 0; y < frame.height; ++y)
    for (int x = 0; x < frame.width; ++x) {
      const int dx = x - 320, dy = y - 240;
      const bool is_disc = dx * dx + dy * dy < 150 * 150;
      uint8_t* pixel = &frame.bgr[static_cast<size_t>(y) * frame.stride_bytes + x * 3];
      pixel[0] = is_disc ? 0 : 200, pixel[1] = is_disc ? 140 : 80, pixel[2] = is_disc ? 255 : 40;
    }
  return frame;
}

int main(int argc, char** argv) try {
  if (argc != 2) return std::puts("usage: camera_buffer MODEL"), 2;
  const margay::Predictor predictor(argv[1]);
  const Frame frame = grab();
  const margay::PixelView view{.pixels = frame.bgr.data(),
                               .width = frame.width,
                               .height = frame.height,
                               .order = margay::PixelOrder::bgr,
                               .stride_bytes = frame.stride_bytes};
  const margay::Answer answer = predictor.predict(view);
  for (const int best : answer.top(3))
    std::printf("%s  %.1f %%\n", predictor.class_names()[best].c_str(), 100 * answer.probabilities[best]);
} catch (const margay::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return error.exit_code();
}
