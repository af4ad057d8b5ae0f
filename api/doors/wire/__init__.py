"""Envoy's messages as protobuf; generated from ext_authz.proto by `make proto`."""
