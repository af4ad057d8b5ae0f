"""What anybody who may write to a topic can put there, for every sink to pass over."""

JUNK = (
    b"",
    b"junk",
    b'{"state":"opened"}',
    b'{"state":"opened","fleet":"north","time":1,"\xff":1}',
    b'{"state":"opened","fleet":"\xff","time":1}',
    b'{"state":"opened","fleet":"north","time":1,"deep":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
)
