FROM python:3.12-slim
WORKDIR /app
COPY . /app
RUN pip install --no-cache-dir -c constraints.txt . && useradd --create-home tone
USER tone
WORKDIR /home/tone
EXPOSE 8000
CMD ["tone", "serve", "--host", "0.0.0.0", "--port", "8000"]
