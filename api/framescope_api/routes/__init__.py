"""The routes, one module for each contract; they translate between HTTP and the service and decide nothing."""
