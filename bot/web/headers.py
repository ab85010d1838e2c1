"""The response headers for browsers."""

API = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
PAGE = {
    **API,
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}
# The paper's chart is embedded in its page.
PAPER = {**PAGE, "Content-Security-Policy": f"{PAGE['Content-Security-Policy']}; img-src 'self' data:"}
# The widget's files: other websites load them, and check for changes each time.
ASSET = {
    **API,
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Vary": "Accept-Encoding",
}
