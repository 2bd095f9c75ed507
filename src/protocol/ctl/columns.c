#include "protocol/ctl/columns.h"

#include "base/utf8.h"

/* The blocks of what a terminal shows in two cells (Unicode's EastAsianWidth.txt, W and F),
 * roughly: a row out of line is no harm. */
static bool is_wide(uint32_t c)
{
    static const uint32_t blocks[][2] = {
        {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},   {0xA960, 0xA97C},
        {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF01, 0xFF60},
        {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1FAFF},
        {0x20000, 0x3FFFD},
    };
    for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++)
        if (c >= blocks[i][0] && c <= blocks[i][1])
            return true;
    return false;
}

static size_t width_of(struct str s)
{
    size_t width = 0;
    while (s.len > 0) {
        uint32_t c;
        s = str_skip(s, utf8_next(s, &c));
        if (utf8_kind(c) != UTF8_MARK)
            width += is_wide(c) ? 2 : 1;
    }
    return width;
}

static struct str shown(struct str cell)
{
    return cell.len > 0 ? cell : STR("-");
}

void columns_measure(struct columns *c, const struct str *row)
{
    for (unsigned i = 0; i < c->count; i++) {
        size_t width = width_of(shown(row[i]));
        if (width > c->width[i])
            c->width[i] = width;
    }
}

int columns_append(const struct columns *c, const struct str *row, struct buf *out)
{
    for (unsigned i = 0; i < c->count; i++) {
        struct str cell = shown(row[i]);
        buf_append_str(out, cell);
        if (i + 1 == c->count)
            break;
        for (size_t width = width_of(cell); width < c->width[i] + 2; width++)
            buf_append_char(out, ' ');
    }
    return buf_append_char(out, '\n');
}
