"""What is measured, whoever shows it: one table of metrics, and what the messages on the topics add to them."""
