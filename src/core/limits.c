#include "core/limits.h"

const struct limits limits_default = {
    .message_bytes = 4000,
    .nick_characters = 32,
    .room_characters = 50,
    .topic_bytes = 500,
    .rooms_per_user = 20,
    .ignores_per_user = 64,
    .history_lines = 200,
    .search_lines = 20,
    .replay_lines = 20,
    .flood = true,
    .flood_rate = 10,
    .flood_burst = 40,
    .flood_buffer_bytes = 65536,
    .connections = 0,
    .connections_per_address = 128,
    .outbox_bytes = 1 << 20,
    .line_bytes = 16384,
    .login_seconds = 120,
    .pace_ms = 40,
    .pipeline_bytes = 16 << 20,
};
