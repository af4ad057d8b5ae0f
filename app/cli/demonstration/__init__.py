"""What `ringfence demo` adds to a running system: traffic, a policy that enforces, and a summary."""
