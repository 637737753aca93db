"""The same two operations four times: ours, with nothing but json, on the usual stack, on FastAPI. See `compare`.

GET /v1/products/{sku} reads one product; POST /v1/orders validates a body of two lines and answers 201 with the order.
What they read stands in memory, so that what is measured is what a function costs around its store.
"""
