#include "check.h"

#include "base/list.h"

struct item {
    int number;
    struct list in_list;
};

static void check_order(struct list *head, const char *order)
{
    const char *at = order;
    LIST_FOR(l, head)
    {
        assert_int_equal(LIST_ENTRY(l, struct item, in_list)->number, *at - '0');
        at++;
    }
    assert_int_equal(*at, 0);
    for (struct list *l = head->prev; l != head; l = l->prev)
        assert_int_equal(LIST_ENTRY(l, struct item, in_list)->number, *--at - '0');
    assert_ptr_equal(at, order);
    assert_int_equal(list_empty(head), order[0] == 0);
}

static void test_list(void **state)
{
    struct list head;
    struct item items[5];
    list_init(&head);
    check_order(&head, "");
    for (int i = 0; i < 5; i++) {
        items[i].number = i;
        list_init(&items[i].in_list);
        list_append(&head, &items[i].in_list);
    }
    check_order(&head, "01234");
    list_remove(&items[2].in_list);
    check_order(&head, "0134");
    list_remove(&items[2].in_list); /* in no list */
    check_order(&head, "0134");
    list_remove(&items[0].in_list);
    list_remove(&items[4].in_list);
    check_order(&head, "13");
    list_append(&head, &items[0].in_list);
    check_order(&head, "130");
}

static void test_remove_inside(void **state)
{
    struct list head;
    struct item items[6];
    list_init(&head);
    for (int i = 0; i < 6; i++) {
        items[i].number = i;
        list_append(&head, &items[i].in_list);
    }
    int seen = 0;
    LIST_FOR(l, &head)
    {
        seen++;
        if (LIST_ENTRY(l, struct item, in_list)->number % 2 == 0)
            list_remove(l);
    }
    assert_int_equal(seen, 6);
    check_order(&head, "135");
    LIST_FOR(l, &head) list_remove(l);
    check_order(&head, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_remove_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
