/* Keys and the mouse. */
#include "clients/terminal/app.h"

#include "base/utf8.h"
#include "clients/common/i18n.h"

#include <curses.h>
#include <stdlib.h>

enum {
    CTRL_MASK = 0x1F,
    ESCAPE = 27,
    WHEEL_ROWS = 3,
    ESCAPE_DELAY_MS = 25,
    SEQUENCE_MAX = 64, /* characters of a key's sequence */
    /* Codes of our own, above curses' own. */
    KEY_PASTE_BEGIN = KEY_MAX + 1,
    KEY_PASTE_END,
    KEY_FOCUS_IN,
    KEY_FOCUS_OUT,
    KEY_WORD_LEFT,
    KEY_WORD_RIGHT,
};

#define CTRL(letter) ((letter)&CTRL_MASK)

/* xterm's control sequences: bracketed paste (2004) and focus (1004). */
static const char modes_on[] = "\033[?2004h\033[?1004h";
static const char modes_off[] = "\033[?2004l\033[?1004l";

static void write_modes(const char *modes)
{
    fputs(modes, stdout);
    fflush(stdout);
}

void app_keys_start(const struct options *options)
{
    static const struct {
        const char *sequence;
        int key;
    } keys[] = {
        {"\033[200~", KEY_PASTE_BEGIN}, {"\033[201~", KEY_PASTE_END},
        {"\033[I", KEY_FOCUS_IN},       {"\033[O", KEY_FOCUS_OUT},
        {"\033[1;5D", KEY_WORD_LEFT},   {"\033[1;5C", KEY_WORD_RIGHT},
        {"\033[1;3D", KEY_WORD_LEFT},   {"\033[1;3C", KEY_WORD_RIGHT},
    };
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    set_escdelay(ESCAPE_DELAY_MS);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        define_key(keys[i].sequence, keys[i].key);
    if (options->mouse) {
        mousemask(BUTTON4_PRESSED | BUTTON5_PRESSED | BUTTON1_CLICKED | BUTTON1_PRESSED, NULL);
        mouseinterval(0);
    }
    write_modes(modes_on);
}

void app_keys_stop(void)
{
    write_modes(modes_off);
}

static void insert(struct app *a, uint32_t cp)
{
    char bytes[4];
    editor_insert(&a->editor, str_of(bytes, utf8_put(cp, bytes)));
}

static void interrupt(struct app *a)
{
    if (a->editor.text.len > 0) {
        editor_accept(&a->editor); /* it can be had again with the up key */
        return;
    }
    app_hint(a, "%s", _("/quit leaves."));
}

static void complete(struct app *a)
{
    if (!complete_next(&a->completion, &a->editor, app_client(a), a->current))
        beep();
}

/* False: it is no key of these. */
static bool edit(struct app *a, wint_t key)
{
    struct editor *e = &a->editor;
    switch (key) {
    case CTRL('a'): editor_home(e); break;
    case CTRL('e'): editor_end(e); break;
    case CTRL('b'): editor_left(e); break;
    case CTRL('f'): editor_right(e); break;
    case CTRL('h'):
    case 127: editor_backspace(e); break;
    case CTRL('d'): editor_delete(e); break;
    case CTRL('w'): editor_kill_word(e); break;
    case CTRL('u'): editor_kill_to_start(e); break;
    case CTRL('k'): editor_kill_to_end(e); break;
    case CTRL('y'): editor_yank(e); break;
    default: return false;
    }
    return true;
}

static void take_control(struct app *a, wint_t key)
{
    if (edit(a, key))
        return;
    switch (key) {
    case '\r':
    case '\n': app_enter(a); break;
    case '\t': complete(a); break;
    case CTRL('c'): interrupt(a); break;
    case CTRL('l'): clearok(curscr, TRUE); break;
    case CTRL('n'): app_show_next(a, 1); break;
    case CTRL('p'): app_show_next(a, -1); break;
    case CTRL('z'): a->suspended = true; break;
    default: break;
    }
}

static void take_mouse(struct app *a)
{
    MEVENT event;
    if (getmouse(&event) != OK)
        return;
    if (event.bstate & BUTTON4_PRESSED)
        app_scroll(a, WHEEL_ROWS);
    else if (event.bstate & BUTTON5_PRESSED)
        app_scroll(a, -WHEEL_ROWS);
    else if (event.bstate & (BUTTON1_CLICKED | BUTTON1_PRESSED)) {
        struct conversation *v = app_listed_at(a, event.y, event.x);
        if (v)
            app_show(a, v);
    }
}

static void take_function(struct app *a, wint_t key)
{
    int page = app_transcript_place(a).height - 1;
    switch (key) {
    case KEY_PPAGE: app_scroll(a, page > 0 ? page : 1); break;
    case KEY_NPAGE: app_scroll(a, page > 0 ? -page : -1); break;
    case KEY_SR: app_scroll(a, 1); break;
    case KEY_SF: app_scroll(a, -1); break;
    case KEY_UP: editor_older(&a->editor); break;
    case KEY_DOWN: editor_newer(&a->editor); break;
    case KEY_LEFT: editor_left(&a->editor); break;
    case KEY_RIGHT: editor_right(&a->editor); break;
    case KEY_WORD_LEFT: editor_word_left(&a->editor); break;
    case KEY_WORD_RIGHT: editor_word_right(&a->editor); break;
    case KEY_HOME: editor_home(&a->editor); break;
    case KEY_END:
        if (a->editor.cursor == a->editor.text.len)
            app_follow(a);
        editor_end(&a->editor);
        break;
    case KEY_DC: editor_delete(&a->editor); break;
    case KEY_BACKSPACE: editor_backspace(&a->editor); break;
    case KEY_ENTER: app_enter(a); break;
    case KEY_MOUSE: take_mouse(a); break;
    case KEY_FOCUS_IN:
    case KEY_FOCUS_OUT:
        a->focused = key == KEY_FOCUS_IN;
        app_look(a);
        break;
    default: break;
    }
}

/* A key with Alt: Escape came before it. */
static void take_alt(struct app *a, wint_t key)
{
    struct client *c = app_client(a);
    if (key >= '1' && key <= '9') {
        struct conversation *v = client_conversation_at(c, key - '1');
        if (v)
            app_show(a, v);
        return;
    }
    switch (key) {
    case 'a': app_show_unread(a); break;
    case 'b': editor_word_left(&a->editor); break;
    case 'f': editor_word_right(&a->editor); break;
    case 127:
    case CTRL('h'): editor_kill_word(&a->editor); break;
    case '\r':
    case '\n': editor_insert(&a->editor, STR("\n")); break;
    default: break;
    }
}

/* The rest of a key that curses does not know (ECMA-48, 5.4): it must not land in the input. */
static void pass_over_sequence(bool control)
{
    wint_t key;
    for (int i = 0; i < SEQUENCE_MAX && get_wch(&key) == OK; i++)
        if (!control || (key >= 0x40 && key <= 0x7E))
            return;
}

static void take_escape(struct app *a)
{
    wint_t key;
    int kind = get_wch(&key);
    if (kind == OK && (key == '[' || key == 'O'))
        pass_over_sequence(key == '[');
    else if (kind == OK)
        take_alt(a, key);
    else if (kind == KEY_CODE_YES && (key == KEY_UP || key == KEY_DOWN))
        app_show_next(a, key == KEY_UP ? -1 : 1);
    else if (kind == ERR)
        app_follow(a); /* Escape alone */
}

static void tell_typing(struct app *a)
{
    struct str text = buf_str(&a->editor.text);
    bool says = text.len > 0 && text.ptr[0] != '/' && text.ptr[0] != '@';
    if (a->current && !a->asking_nick)
        client_typing(app_client(a), a->current, says, session_now());
}

/* What is pasted is text, whatever keys it looks like. */
static void take_pasted(struct app *a, int kind, wint_t key)
{
    if (kind == KEY_CODE_YES && key == KEY_PASTE_END)
        a->pasting = false;
    else if (kind == OK || key == KEY_ENTER)
        insert(a, kind == OK ? (key == '\r' ? '\n' : key) : '\n');
}

static void take_key(struct app *a, int kind, wint_t key)
{
    if (a->pasting) {
        take_pasted(a, kind, key);
        return;
    }
    if (kind == KEY_CODE_YES && key == KEY_PASTE_BEGIN) {
        a->pasting = true;
        complete_stop(&a->completion);
        return;
    }
    if (kind != OK || key != '\t')
        complete_stop(&a->completion);
    if (kind == KEY_CODE_YES)
        take_function(a, key);
    else if (key == ESCAPE)
        take_escape(a);
    else if (key < ' ' || key == 127)
        take_control(a, key);
    else
        insert(a, key);
}

void app_take_keys(struct app *a)
{
    wint_t key;
    int kind;
    size_t before = a->editor.text.len;
    while (!a->quit && !a->suspended && (kind = get_wch(&key)) != ERR)
        take_key(a, kind, key);
    if (a->editor.text.len != before)
        tell_typing(a);
}
