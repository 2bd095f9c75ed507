#include "clients/terminal/colour.h"

#include "base/utf8.h"

#include <curses.h>
#include <stdlib.h>

enum { PAIR_STYLES = 1, PAIR_NICKS = PAIR_STYLES + STYLE_COUNT, FOLD_BYTES = 4096 };

/* Readable upon black and upon white alike. */
static const short nicks_256[] = {31,  33,  35,  37,  61,  63,  67,  69,  71,  73,  97,  99,
                                  103, 107, 125, 127, 131, 133, 136, 166, 168, 172, 173, 175};
static const short nicks_16[] = {COLOR_RED,  COLOR_GREEN,   COLOR_YELLOW,
                                 COLOR_BLUE, COLOR_MAGENTA, COLOR_CYAN};

static const short *nicks;
static unsigned nick_count;

static const struct style_row {
    short front, back;            /* -1: the terminal's own */
    short front_256;              /* instead, where there are so many */
    unsigned attributes, without; /* without: where there are no colours */
} styles[STYLE_COUNT] = {
    [STYLE_PLAIN] = {-1, -1, -1, A_NORMAL, A_NORMAL},
    [STYLE_DIM] = {-1, -1, 245, A_NORMAL, A_NORMAL},
    [STYLE_BAR] = {COLOR_WHITE, COLOR_BLUE, 255, A_NORMAL, A_REVERSE},
    [STYLE_ALERT] = {COLOR_WHITE, COLOR_RED, 255, A_BOLD, A_REVERSE | A_BOLD},
    [STYLE_NOTE] = {COLOR_CYAN, -1, 37, A_NORMAL, A_NORMAL},
    [STYLE_MINE] = {-1, -1, -1, A_BOLD, A_BOLD},
    [STYLE_MENTION] = {COLOR_YELLOW, -1, 172, A_BOLD, A_BOLD},
    [STYLE_FAILED] = {COLOR_RED, -1, 160, A_NORMAL, A_BOLD},
    [STYLE_NEW] = {COLOR_RED, -1, 160, A_NORMAL, A_BOLD},
};

void colour_start(void)
{
    const char *off = getenv("NO_COLOR"); /* https://no-color.org: set and not empty */
    nicks = NULL;
    if ((off && *off) || !has_colors() || start_color() == ERR)
        return;
    use_default_colors();
    bool many = COLORS >= 256;
    nicks = many ? nicks_256 : nicks_16;
    nick_count = many ? sizeof(nicks_256) / sizeof(short) : sizeof(nicks_16) / sizeof(short);
    if (COLOR_PAIRS < (int)(PAIR_NICKS + nick_count))
        nick_count = COLOR_PAIRS > PAIR_NICKS ? (unsigned)COLOR_PAIRS - PAIR_NICKS : 0;
    for (short i = 0; i < STYLE_COUNT; i++)
        init_pair((short)(PAIR_STYLES + i), many ? styles[i].front_256 : styles[i].front,
                  many && styles[i].back == COLOR_BLUE ? 24 : styles[i].back);
    for (short i = 0; i < (short)nick_count; i++)
        init_pair((short)(PAIR_NICKS + i), nicks[i], -1);
}

unsigned colour_style(enum style style)
{
    if (!nicks)
        return styles[style].without;
    return styles[style].attributes | (unsigned)COLOR_PAIR(PAIR_STYLES + (int)style);
}

unsigned colour_nick(struct str nick)
{
    struct buf fold;
    uint32_t hash = 2166136261U; /* FNV-1a, which spreads short words well enough */
    if (!nicks || nick_count == 0)
        return A_BOLD;
    buf_init(&fold, FOLD_BYTES);
    utf8_append_folded(&fold, nick);
    for (size_t i = 0; i < fold.len; i++)
        hash = (hash ^ (unsigned char)fold.ptr[i]) * 16777619U;
    buf_finish(&fold);
    return (unsigned)COLOR_PAIR(PAIR_NICKS + (int)(hash % nick_count));
}
