# margay in a container, for machines without Debian:
#   docker build -t margay .
#   docker run --rm -it -v "$PWD:/work" margay train pets
#   docker run --rm -v "$PWD:/work" -p 127.0.0.1:8080:8080 margay serve runs/scratch --host 0.0.0.0 --allow-anyone
FROM debian:13-slim AS build
WORKDIR /margay
COPY . .
RUN scripts/setup.sh build \
 && cmake --install build --prefix /opt/margay --strip \
 && scripts/runtime-packages.sh /opt/margay/bin/margay /opt/margay/libexec/margay/margay-train /opt/margay/libexec/margay/margay-onnx >/opt/margay/packages

FROM debian:13-slim
COPY --from=build /opt/margay /opt/margay
RUN apt-get update -qq \
 && xargs apt-get install -y -qq --no-install-recommends </opt/margay/packages \
 && rm -rf /var/lib/apt/lists/*
ENV PATH="/opt/margay/bin:${PATH}"
WORKDIR /work
ENTRYPOINT ["margay"]
CMD ["--help"]
