# taskctl with the sample app; also a pattern for an image of your own workers.
FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends libhiredis-dev zlib1g-dev libbz2-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Package.swift ./
COPY Sources ./Sources
COPY Tests ./Tests
COPY Benchmarks ./Benchmarks
RUN swift build --configuration release --product taskctl --static-swift-stdlib \
    && install -D "$(swift build --configuration release --show-bin-path)/taskctl" /out/taskctl

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends libhiredis0.14 zlib1g libbz2-1.0 ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --no-create-home taskbroker
COPY --from=build /out/taskctl /usr/local/bin/taskctl
USER taskbroker
ENTRYPOINT ["taskctl"]
CMD ["worker", "-l", "info"]
