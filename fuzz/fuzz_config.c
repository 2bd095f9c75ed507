/* config_load_text: whatever is in the file, each line that is wrong is told with its number, and
 * what is taken in can be completed. */
#include "fuzz.h"

#include "server/config.h"

#include <assert.h>

enum { ERRORS_BYTES = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct config config;
    struct buf errors;
    buf_init(&errors, ERRORS_BYTES);
    config_init(&config);
    int rc = config_load_text(&config, "teahouse.conf", str_of((const char *)bytes, size), &errors);
    assert((rc == 0) == (errors.len == 0));
    if (rc == 0)
        config_complete(&config, &errors);
    config_finish(&config);
    buf_finish(&errors);
    return 0;
}
