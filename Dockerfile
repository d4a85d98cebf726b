# Front-end packages, in a stage of their own: Node is not in the service's image.
FROM node:24-slim AS front-end
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund

FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# What makes PDFs; no wheel brings these.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --home-dir /srv/asye asye
WORKDIR /srv/asye
COPY requirements/run.txt requirements/run.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY . .
# The settings want every variable; collecting static files uses none of these.
RUN --mount=from=front-end,source=/build/node_modules,target=/srv/asye/node_modules \
    python -m asye.assets \
    && SECRET_KEY=only-for-collecting-the-static-files-while-the-image-is-built \
       SITE_URL=http://localhost DATABASE_URL=postgresql://nobody@localhost/none REDIS_URL=redis://localhost \
       python manage.py collectstatic --noinput --skip-checks --verbosity=0
USER asye
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "2", "asye.wsgi:application"]
