/* The server of the benchmarks: answers each tools/call of `relay.py` with the text that it carries, as fast as it can.
   It knows that one form of request only; it is no example of how to read JSON. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *buffer;
static size_t capacity = 1 << 20, used = 0;

static void send_all(const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(1, bytes, count);
    if (written < 0) {
      if (errno == EINTR) continue;
      exit(0);
    }
    bytes += written;
    count -= (size_t)written;
  }
}

static void answer(const char *line, size_t length) {
  static char *reply;
  static size_t room;
  const char *id = memmem(line, length, "\"id\":", 5);
  const char *text = memmem(line, length, "\"text\":\"", 8);
  if (!id || !text || length < 4) return;
  size_t id_length = strcspn(id + 5, ",");
  text += 8;
  size_t text_length = (size_t)(line + length - 4 - text);
  size_t need = text_length + id_length + 200;
  if (room < need && !(reply = realloc(reply, room = need))) exit(1);
  char *end = reply;
  end = stpcpy(end, "{\"jsonrpc\":\"2.0\",\"id\":");
  memcpy(end, id + 5, id_length);
  end = stpcpy(end + id_length, ",\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"");
  memcpy(end, text, text_length);
  end = stpcpy(end + text_length, "\"}],\"isError\":false}}\n");
  send_all(reply, (size_t)(end - reply));
}

int main(void) {
  buffer = malloc(capacity);
  if (!buffer) return 1;
  size_t searched = 0;
  for (;;) {
    if (used == capacity && !(buffer = realloc(buffer, capacity *= 2))) return 1;
    ssize_t count = read(0, buffer + used, capacity - used);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return 0;
    used += (size_t)count;
    size_t start = 0;
    char *newline;
    while ((newline = memchr(buffer + searched, '\n', used - searched))) {
      size_t end = (size_t)(newline - buffer);
      answer(buffer + start, end - start);
      start = searched = end + 1;
    }
    memmove(buffer, buffer + start, used -= start);
    searched = used;
  }
}
