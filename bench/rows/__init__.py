"""The rows of script/bench: each module measures some of them. See bench/README.md."""
