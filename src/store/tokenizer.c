/* The FTS5 tokenizer "teahouse". Written to, it is given a room token, U+0001 and a text
 * (indexer.c) and gives the room token as it is and the tokens of the text; asked, it is given one
 * token that the reader has made, and gives it back. */
#include "base/utf8.h"
#include "store/search.h"
#include "store/sqlite_priv.h"

#include <stdlib.h>

struct sink {
    void *arg;
    int (*token)(void *arg, int flags, const char *token, int len, int start, int end);
};

static int on_token(void *arg, struct str token)
{
    const struct sink *sink = arg;
    /* Where in the text it stood is for highlighting, which nobody asks for. */
    return sink->token(sink->arg, 0, token.ptr, (int)token.len, 0, 0);
}

static int tokenize_text(struct str text, struct sink *sink)
{
    struct buf folded;
    buf_init(&folded, SEARCH_FOLDED_BYTES);
    struct str rest = utf8_append_search_folded(&folded, text) < 0 ? text : buf_str(&folded);
    struct search_run run;
    int rc = SQLITE_OK;
    while (rc == SQLITE_OK && search_cut_run(&rest, &run))
        rc = search_run_tokens(&run, false, on_token, sink);
    buf_finish(&folded);
    return rc;
}

static int tokenize(Fts5Tokenizer *tokenizer, void *arg, int flags, const char *text, int len,
                    int (*token)(void *, int, const char *, int, int, int))
{
    struct sink sink = {arg, token};
    struct str rest = str_of(text, len > 0 ? (size_t)len : 0);
    if (flags & FTS5_TOKENIZE_QUERY)
        return rest.len > 0 ? on_token(&sink, rest) : SQLITE_OK;

    size_t room = 1;
    if (rest.len == 0 || rest.ptr[0] != INDEX_ROOM_MARK)
        return tokenize_text(rest, &sink);
    while (room < rest.len && rest.ptr[room] != INDEX_ROOM_MARK)
        room++;
    int rc = on_token(&sink, str_of(rest.ptr, room));
    return rc == SQLITE_OK ? tokenize_text(str_skip(rest, room), &sink) : rc;
}

static int create(void *arg, const char **args, int count, Fts5Tokenizer **out)
{
    /* Nothing to hold; FTS5 only wants to see something that is not NULL. */
    static char nothing;
    *out = (Fts5Tokenizer *)(void *)&nothing;
    return SQLITE_OK;
}

static void destroy(Fts5Tokenizer *tokenizer)
{
}

int tokenizer_register(sqlite3 *db)
{
    fts5_api *api = NULL;
    sqlite3_stmt *statement;
    int rc = db_prepare(db, "SELECT fts5(?1)", &statement);
    if (rc == SQLITE_OK) {
        sqlite3_bind_pointer(statement, 1, &api, "fts5_api_ptr", NULL);
        sqlite3_step(statement);
    }
    sqlite3_finalize(statement);
    if (!api)
        return rc == SQLITE_OK ? SQLITE_ERROR : rc;
    fts5_tokenizer functions = {create, destroy, tokenize};
    return api->xCreateTokenizer(api, "teahouse", NULL, &functions, NULL) & 0xff;
}
