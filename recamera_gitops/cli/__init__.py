"""The command line: declare options, build one request object, call one function, show, exit."""
