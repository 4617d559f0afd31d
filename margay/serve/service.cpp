// Finds the route, asks the model, words the answer.
#include "margay/serve/service.h"

#include <charconv>
#include <utility>

#include "margay/core/error.h"
#include "margay/core/json.h"
#include "margay/core/lower_case.h"
#include "margay/serve/access.h"
#include "margay/serve/picture_task.h"
#include "margay/serve/predict_answer.h"
#include "margay/serve/predict_form.h"
#include "margay/serve/request_error.h"
#include "margay/serve/static_pages.h"
#include "margay/serve/v2_request.h"
#include "margay/serve/v2_response.h"

namespace margay::serve {
namespace {

constexpr std::string_view kWhere = "serve";

HttpResponse json_response(const Json& document) {
  return {.body = format_json(document) + '\n'};
}

std::optional<uint64_t> json_length_of(const HttpRequest& request) {
  const std::string* text = request.field(lower_case(std::string(kJsonLengthField)));
  if (text == nullptr) return std::nullopt;
  uint64_t length = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), length);
  if (error != std::errc() || end != text->data() + text->size())
    throw RequestError(400, kWhere,
                       fmt::format("{} is '{}', expected a number of bytes", kJsonLengthField, *text));
  return length;
}

/// Turns what `make` throws into an answer.
template <class Make>
HttpResponse response_or_error(Make make) {
  try {
    return make();
  } catch (const std::exception& error) {
    return error_response(error);
  }
}

/// Of a request whose pictures were all answered; throws the first error.
std::vector<predict::Answer> all_answers(std::vector<Outcome> outcomes) {
  std::vector<predict::Answer> answers;
  for (Outcome& outcome : outcomes) {
    if (const auto* failure = std::get_if<std::exception_ptr>(&outcome)) std::rethrow_exception(*failure);
    answers.push_back(std::get<predict::Answer>(std::move(outcome)));
  }
  return answers;
}

/// What lives as long as the pictures of a request are on their way.
template <class Parsed>
struct RequestUnderWay {
  RequestUnderWay(std::shared_ptr<HttpRequest> asked, Parsed what)
      : request(std::move(asked)), parsed(std::move(what)) {}

  std::shared_ptr<HttpRequest> request;
  Parsed parsed;
  std::shared_ptr<void> place = nullptr;  ///< in the gate
};

/// Begins the work on the pictures; `make(outcomes)` makes the answer, with the model's name and the number
/// of pictures left to add.
template <class Parsed, class Make>
void begin_pictures(std::shared_ptr<RequestUnderWay<Parsed>> way, std::shared_ptr<ServedModel> model,
                    std::vector<PictureInput> pictures, const ServiceParts& parts,
                    std::function<void(HttpResponse)> respond, Make make) {
  const int count = static_cast<int>(pictures.size());
  const auto finish = [way, model, count, respond = std::move(respond), make](std::vector<Outcome> outcomes) {
    HttpResponse response = response_or_error([&] { return make(std::move(outcomes)); });
    way->place.reset();  // whoever asks again after the answer finds it free
    response.model = model->name();
    response.pictures = count;
    respond(std::move(response));
  };
  begin({.model = std::move(model),
         .pictures = std::move(pictures),
         .max_pixels = parts.limits.pixels,
         .owner = way,
         .is_wanted = [abandoned = way->request->is_abandoned] { return !*abandoned; },
         .finish = finish},
        parts.pool);
}

}  // namespace

Service::Service(ServiceParts parts) : parts_(std::move(parts)) {}

void Service::check(const HttpRequest& head) {
  require_access(head, parts_.access);
  const RoutedRequest routed = find_route(head.method, head.path);
  const std::string* encoding = head.field("content-encoding");
  if (encoding != nullptr && lower_case(*encoding) != "identity")
    throw RequestError(415, kWhere, "the body is compressed, which is not known here", "send it as it is");
  if (routed.row->route == Route::infer) (void)find_model(routed.model, routed.version);
}

void Service::handle(std::shared_ptr<HttpRequest> request, Respond respond) {
  try {
    const RoutedRequest routed = find_route(request->method, request->path);
    const Route route = routed.row->route;
    if (route != Route::predict && route != Route::infer) return respond(answer(routed));
    parts_.pool.submit([this, routed, request, respond] {
      try {
        if (routed.row->route == Route::predict)
          predict(request, respond);
        else
          infer(routed, request, respond);
      } catch (const std::exception& error) {
        respond(error_response(error));
      }
    });
  } catch (const std::exception& error) {
    respond(error_response(error));
  }
}

HttpResponse Service::answer(const RoutedRequest& routed) {
  switch (routed.row->route) {
    case Route::metrics:
      return {.content_type = "text/plain; version=0.0.4; charset=utf-8",
              .body = parts_.metrics.text(parts_.gate.inside())};
    case Route::live:
      return json_response({{"live", true}});
    case Route::ready:
      if (is_draining_) return error_response(503, "the server is ending");
      return json_response({{"ready", true}});
    case Route::server:
      return json_response(v2_server_metadata());
    case Route::index:
      return answer_index();
    case Route::model_ready:
      (void)find_model(routed.model, routed.version);
      return json_response({{"ready", true}});
    case Route::model: {
      const auto model = find_model(routed.model, routed.version);
      return json_response(v2_model_metadata(model->name(), model->classes(), model->preprocess().width,
                                             model->preprocess().height));
    }
    default:
      return static_page(routed.row->pattern);
  }
}

HttpResponse Service::answer_index() const {
  Json models = Json::array();
  for (const std::string& name : parts_.models.names())
    models.push_back({{"name", name}, {"version", kModelVersion}, {"state", "READY"}, {"reason", ""}});
  return json_response(models);
}

std::shared_ptr<ServedModel> Service::find_model(std::string_view name, std::string_view version) const {
  std::shared_ptr<ServedModel> model = parts_.models.find(name);
  if (model == nullptr)
    throw RequestError(404, kWhere, fmt::format("there is no model '{}'", name),
                       hint_for_name(name, parts_.models.names()));
  if (!version.empty() && version != kModelVersion)
    throw RequestError(404, kWhere, fmt::format("there is no version '{}' of '{}'", version, name),
                       fmt::format("models have the version {} alone", kModelVersion));
  return model;
}

std::shared_ptr<ServedModel> Service::model_of_form(const std::string& name) const {
  if (!name.empty()) return find_model(name, {});
  const std::vector<std::string> names = parts_.models.names();
  if (names.size() > 1)
    throw RequestError(400, kWhere, "there are several models, and none is named",
                       fmt::format("ask /predict?model=NAME; known are {}", fmt::join(names, ", ")));
  return find_model(names.front(), {});
}

std::shared_ptr<void> Service::enter(size_t pictures) const {
  std::shared_ptr<void> place = parts_.gate.try_enter(static_cast<int>(pictures));
  if (place == nullptr) throw RequestError(503, kWhere, "too many pictures wait already");
  return place;
}

void Service::predict(const std::shared_ptr<HttpRequest>& request, const Respond& respond) const {
  auto way = std::make_shared<RequestUnderWay<PredictForm>>(
      request, parse_predict_form(*request, parts_.limits.pictures));
  const auto model = model_of_form(way->parsed.model);
  way->place = enter(way->parsed.pictures.size());
  std::vector<PictureInput> pictures;
  for (const NamedPicture& picture : way->parsed.pictures)
    pictures.emplace_back(EncodedPicture{picture.bytes});
  begin_pictures(way, model, std::move(pictures), parts_, respond,
                 [way, model](std::vector<Outcome> outcomes) {
                   return format_predict_answer(model->name(), model->classes(), way->parsed, outcomes);
                 });
}

void Service::infer(const RoutedRequest& routed, const std::shared_ptr<HttpRequest>& request,
                    const Respond& respond) const {
  const auto model = find_model(routed.model, routed.version);
  const V2Limits limits{.width = model->preprocess().width,
                        .height = model->preprocess().height,
                        .pictures = parts_.limits.pictures,
                        .pixels = parts_.limits.pixels};
  auto way = std::make_shared<RequestUnderWay<V2Request>>(
      request, parse_v2_request(request->body, json_length_of(*request), limits));
  way->place = enter(way->parsed.pictures.size());
  begin_pictures(way, model, way->parsed.pictures, parts_, respond,
                 [way, model](std::vector<Outcome> outcomes) {
                   return format_v2_response(model->name(), model->classes(), way->parsed.id,
                                             way->parsed.output, all_answers(std::move(outcomes)));
                 });
}

void Service::record(const RequestRecord& record) {
  std::string_view route = "other";
  try {
    route = find_route(record.method, record.path).row->pattern;
  } catch (const RequestError&) {  // of addresses that there are none of, there are any number
  }
  parts_.metrics.count_request(route, record.status, record.seconds);
  if (parts_.log) parts_.log(format_access_line(record));
}

void Service::count_connections(int open) {
  parts_.metrics.set_connections(open);
}

}  // namespace margay::serve
