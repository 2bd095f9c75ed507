#include "clients/terminal/colour.h"

#include "base/utf8.h"

#include <curses.h>
#include <stdlib.h>

enum { PAIR_STYLES = 1, PAIR_NICKS = PAIR_STYLES + STYLE_COUNT, FOLD_BYTES = 4096 };

/* Readable upon black and upon white alike: a contrast of 3.6 or more with both (WCAG 2). */
static const short nicks_256[] = {28,  29,  31,  61,  62,  64,  67,  94,  97, 98,
                                  100, 130, 131, 132, 133, 134, 161, 163, 166};
static const short nicks_16[] = {COLOR_RED,  COLOR_GREEN,   COLOR_YELLOW,
                                 COLOR_BLUE, COLOR_MAGENTA, COLOR_CYAN};

static const short *nicks;
static unsigned nick_count;

static const struct style_row {
    short front, back;            /* -1: the terminal's own */
    short front_256, back_256;    /* instead, where there are so many */
    unsigned attributes, without; /* without: where there are no colours */
} styles[STYLE_COUNT] = {
    [STYLE_PLAIN] = {-1, -1, -1, -1, A_NORMAL, A_NORMAL},
    [STYLE_DIM] = {-1, -1, 245, -1, A_NORMAL, A_NORMAL},
    [STYLE_BAR] = {COLOR_WHITE, COLOR_BLUE, 255, 23, A_NORMAL, A_REVERSE},
    [STYLE_ALERT] = {COLOR_WHITE, COLOR_RED, 255, 124, A_BOLD, A_REVERSE | A_BOLD},
    [STYLE_CHOSEN] = {-1, -1, 240, 255, A_REVERSE, A_REVERSE}, /* 255 upon 240, then */
    [STYLE_NOTE] = {COLOR_CYAN, -1, 31, -1, A_NORMAL, A_NORMAL},
    [STYLE_MINE] = {-1, -1, -1, -1, A_BOLD, A_BOLD},
    [STYLE_MENTION] = {COLOR_YELLOW, -1, 172, -1, A_BOLD, A_BOLD},
    [STYLE_FAILED] = {COLOR_RED, -1, 167, -1, A_NORMAL, A_BOLD},
    [STYLE_NEW] = {COLOR_RED, -1, 167, -1, A_NORMAL, A_BOLD},
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
                  many ? styles[i].back_256 : styles[i].back);
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
