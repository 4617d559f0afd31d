// HTTP by libcurl: one transfer is one `Transfer`, and `download` repeats it while that helps.
#include "margay/fetch/download.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include "margay/core/lower_case.h"
#include "margay/core/trimmed.h"
#include "margay/core/version.h"
#include "margay/fetch/part_file.h"

namespace margay::fetch {
namespace {

constexpr const char* kWhere = "fetch.download";

struct Release {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// What libcurl wants done once per process.
void start_curl() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  require<IoError>(code == CURLE_OK, kWhere,
                   fmt::format("libcurl does not start: {}", curl_easy_strerror(code)));
}

std::optional<uint64_t> parse_number(std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// "bytes 100-199/200": where the answer begins and how long the whole file is.
struct ContentRange {
  uint64_t first = 0;
  uint64_t total = 0;  ///< 0 = not told
};

std::optional<ContentRange> parse_content_range(std::string_view text) {
  if (!text.starts_with("bytes ")) return std::nullopt;
  text.remove_prefix(6);
  const size_t dash = text.find('-'), slash = text.find('/');
  if (dash == std::string_view::npos || slash == std::string_view::npos || dash > slash) return std::nullopt;
  const auto first = parse_number(text.substr(0, dash));
  const auto total = parse_number(text.substr(slash + 1));
  if (!first) return std::nullopt;
  return ContentRange{*first, total.value_or(0)};
}

/// The headers of the answer that counts: the last one after redirections.
struct Answer {
  long status = 0;
  std::string etag, last_modified, content_range;
  uint64_t length = 0;

  void read_header(std::string_view line) {
    if (line.starts_with("HTTP/")) {
      *this = {};
      const size_t space = line.find(' ');
      if (space != std::string_view::npos)
        status = static_cast<long>(parse_number(line.substr(space + 1, 3)).value_or(0));
      return;
    }
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) return;
    const std::string name = lower_case(std::string(line.substr(0, colon)));
    const std::string_view value = trimmed(line.substr(colon + 1), " \t\r\n");
    if (name == "etag" && !value.starts_with("W/"))
      etag = value;
    else if (name == "last-modified")
      last_modified = value;
    else if (name == "content-range")
      content_range = value;
    else if (name == "content-length")
      length = parse_number(value).value_or(0);
  }
};

/// How one transfer ended.
struct Outcome {
  CURLcode code = CURLE_OK;
  long status = 0;
  std::string message;  ///< of libcurl

  bool complete() const { return code == CURLE_OK && (status == 200 || status == 206); }
  /// Failures that often pass by themselves.
  bool may_pass() const {
    constexpr std::array kPassing{CURLE_PARTIAL_FILE,       CURLE_RECV_ERROR,  CURLE_SEND_ERROR,
                                  CURLE_OPERATION_TIMEDOUT, CURLE_GOT_NOTHING, CURLE_HTTP2,
                                  CURLE_HTTP2_STREAM};
    if (code != CURLE_OK) return std::find(kPassing.begin(), kPassing.end(), code) != kPassing.end();
    // 416: the part does not fit what the server has; the next attempt begins anew.
    return status == 408 || status == 416 || status == 429 || status >= 500;
  }
};

/// One request. Exceptions of callbacks wait in `error_`, as they must not pass through libcurl.
class Transfer {
 public:
  Transfer(const std::string& url, PartFile& part, const DownloadOptions& options, double time_left_s,
           const ProgressObserver& progress, const std::stop_token& stop)
      : url_(url),
        part_(part),
        options_(options),
        time_left_s_(time_left_s),
        progress_(progress),
        stop_(stop) {
    start_curl();
    curl_.reset(curl_easy_init());
    require<IoError>(curl_ != nullptr, kWhere, "libcurl gives no handle");
  }

  Outcome run() {
    offset_ = part_.resume_point(url_);
    configure();
    Outcome outcome;
    outcome.code = curl_easy_perform(curl_.get());
    part_.close();
    if (error_) std::rethrow_exception(error_);
    outcome.status = answer_.status;
    outcome.message = message_[0] != '\0' ? message_.data() : curl_easy_strerror(outcome.code);
    if (outcome.complete() && !begun_) begin_body();  // an empty file has no body to begin with
    if (outcome.status == 416) part_.discard();
    return outcome;
  }

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(curl_.get(), option, value);
    require<IoError>(code == CURLE_OK, kWhere, fmt::format("libcurl: {}", curl_easy_strerror(code)));
  }

  void configure() {
    set(CURLOPT_URL, url_.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 1L);
    set(CURLOPT_MAXREDIRS, 10L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_USERAGENT, agent_.c_str());
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout_s * 1000));
    set(CURLOPT_TIMEOUT_MS, std::max(1L, static_cast<long>(std::min(time_left_s_, 1e6) * 1000)));
    set(CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(std::max<uint64_t>(1, options_.least_bytes_per_s)));
    set(CURLOPT_LOW_SPEED_TIME, std::max(1L, static_cast<long>(options_.stall_timeout_s)));
    set(CURLOPT_ERRORBUFFER, message_.data());
    set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &Transfer::on_progress);
    set(CURLOPT_XFERINFODATA, this);
    if (offset_ > 0) ask_for_rest();
  }

  void ask_for_rest() {
    range_ = fmt::format("{}-", offset_);
    set(CURLOPT_RANGE, range_.c_str());
    headers_.reset(
        curl_slist_append(nullptr, fmt::format("If-Range: {}", part_.version().validator()).c_str()));
    set(CURLOPT_HTTPHEADER, headers_.get());
  }

  /// The headers are complete: decides whether what comes continues the part or replaces it.
  void begin_body() {
    begun_ = true;
    RemoteVersion version{url_, answer_.etag, answer_.last_modified, answer_.length};
    if (answer_.status == 206) {
      const auto range = parse_content_range(answer_.content_range);
      const uint64_t expected = part_.version().size_bytes;
      const bool fits =
          range && offset_ > 0 && range->first == offset_ &&
          (expected == 0 || range->total == 0 || range->total == expected) &&
          (answer_.etag.empty() || part_.version().etag.empty() || answer_.etag == part_.version().etag);
      if (!fits) part_.discard();
      require<IoError>(fits, kWhere, fmt::format("{} continues another file than the one begun", url_),
                       "try again");
      return;
    }
    check_size(answer_.length);
    part_.restart(std::move(version));
  }

  void check_size(uint64_t size_bytes) const {
    require<IoError>(size_bytes <= options_.max_bytes, kWhere,
                     fmt::format("{} has {} bytes, the limit is {}", url_, size_bytes, options_.max_bytes));
  }

  void take_body(std::span<const char> bytes) {
    if (answer_.status != 200 && answer_.status != 206) return;  // the page that explains an error
    if (!begun_) begin_body();
    check_size(part_.size_bytes() + bytes.size());
    part_.append(bytes);
    if (progress_) progress_({"downloading", part_.size_bytes(), part_.version().size_bytes, "bytes"});
  }

  static size_t on_header(char* data, size_t, size_t size, void* self) {
    static_cast<Transfer*>(self)->answer_.read_header(std::string_view(data, size));
    return size;
  }

  static size_t on_body(char* data, size_t, size_t size, void* self) {
    auto* const transfer = static_cast<Transfer*>(self);
    try {
      transfer->take_body({data, size});
      return size;
    } catch (...) {
      transfer->error_ = std::current_exception();
      return CURL_WRITEFUNC_ERROR;
    }
  }

  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<Transfer*>(self)->stop_.stop_requested() ? 1 : 0;
  }

  const std::string& url_;
  PartFile& part_;
  const DownloadOptions& options_;
  double time_left_s_;
  const ProgressObserver& progress_;
  const std::stop_token& stop_;
  std::unique_ptr<CURL, Release> curl_;
  std::unique_ptr<curl_slist, Release> headers_;
  std::array<char, CURL_ERROR_SIZE> message_{};
  std::string agent_ = fmt::format("margay/{}", kVersion);
  std::string range_;
  uint64_t offset_ = 0;
  Answer answer_;
  bool begun_ = false;
  std::exception_ptr error_;
};

std::string reason_of(const Outcome& outcome) {
  if (outcome.code != CURLE_OK) return outcome.message;
  if (outcome.status == 404) return "the server answers 404: it has no such file";
  return fmt::format("the server answers {}", outcome.status);
}

void require_running(const std::stop_token& stop, const std::filesystem::path& target) {
  require<Interrupted>(!stop.stop_requested(), kWhere,
                       fmt::format("stopped; what has come of {} is kept", target.filename().string()),
                       "the same command goes on where this one ended");
}

void pause(double seconds, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any waiting;
  std::unique_lock lock(mutex);
  waiting.wait_for(lock, stop, std::chrono::duration<double>(seconds), [] { return false; });
}

}  // namespace

void download(const std::string& url, const std::filesystem::path& target, const DownloadOptions& options,
              const ProgressObserver& progress, std::stop_token stop) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  PartFile part(target);
  double pause_s = options.pause_s;
  uint64_t most_bytes = 0;
  for (int attempt = 1;; ++attempt) {
    require_running(stop, target);
    const double left_s = options.deadline_s - std::chrono::duration<double>(Clock::now() - start).count();
    require<IoError>(left_s > 0, kWhere,
                     fmt::format("{}: {:g} seconds were too few; {} bytes have come", url, options.deadline_s,
                                 part.size_bytes()),
                     "the same command goes on from there");
    const Outcome outcome = Transfer(url, part, options, left_s, progress, stop).run();
    if (outcome.complete()) return part.finish();
    require_running(stop, target);
    // A server that lets bytes drip would otherwise be asked for ever.
    const bool too_slow = outcome.code == CURLE_OPERATION_TIMEDOUT;
    if (part.size_bytes() > most_bytes && !too_slow) attempt = 1, pause_s = options.pause_s;
    most_bytes = std::max(most_bytes, part.size_bytes());
    if (!outcome.may_pass() || attempt >= options.attempts)
      throw IoError(kWhere, fmt::format("{}: {}", url, reason_of(outcome)));
    pause(pause_s, stop);
    pause_s *= 2;
  }
}

}  // namespace margay::fetch
